import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { versionPath } from '../models/addresses.ts';

/** What was made again, by name. */
export function SubjectLink({ subject, version }: { subject: string; version: Output<'getReproduction'>['modelVersion'] }) {
  if (version)
    return (
      <span>
        of{' '}
        <Link to={versionPath(version.projectSlug, version.name, version.number) as '/'}>
          {version.name} version {version.number}
        </Link>
      </span>
    );
  const at = subject.indexOf(':');
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)];
  if (kind === 'job') return <JobLink id={id} />;
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
