import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';

/** What was made again, by name. */
export function SubjectLink({ subject }: { subject: string }) {
  const at = subject.indexOf(':');
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)];
  if (kind === 'job') return <JobLink id={id} />;
  if (kind === 'version') return <span title={id}>of a model version</span>;
  return (
    <span>
      of{' '}
      <Link to={`/${kind}s/${id}` as '/'} className="mono">
        {kind} {id}
      </Link>
    </span>
  );
}

function JobLink({ id }: { id: string }) {
  const job = useCall('getJob', { job: id });
  return (
    <span>
      of job <Link to={`/jobs/${id}` as '/'}>{job.data?.name ?? id}</Link>
    </span>
  );
}
