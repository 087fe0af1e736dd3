import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { Empty, Loaded, StatusMark, Time } from '../ui/kit.tsx';

const most = 50;

/** What was made with a thing, newest first: jobs and runs by name, with a link to each. */
export function UsedBy({ node, nothing, code }: { node: string; nothing: string; code: string }) {
  const lineage = useCall('getLineage', { node, depth: 1 });
  return (
    <Loaded query={lineage}>
      {(data) => {
        const used = data.edges.filter((edge) => edge.from === node).sort((a, b) => b.at.localeCompare(a.at));
        if (used.length === 0) return <Empty icon="link" title={nothing} code={code} />;
        return (
          <>
            <ul className="feed">
              {used.slice(0, most).map((edge) => (
                <li key={edge.to}>
                  <Thing node={edge.to} />
                  <Time at={edge.at} />
                </li>
              ))}
            </ul>
            {used.length > most && <p className="caption">and {(used.length - most).toLocaleString('en')} earlier ones</p>}
            {data.hidden > 0 && <p className="caption">and {data.hidden} in projects that you may not see</p>}
          </>
        );
      }}
    </Loaded>
  );
}

function Thing({ node }: { node: string }) {
  const at = node.indexOf(':');
  const [kind, id] = [node.slice(0, at), node.slice(at + 1)];
  if (kind === 'run') return <RunThing id={id} />;
  if (kind === 'job') return <JobThing id={id} />;
  return (
    <span>
      <span className="soft">{kind.replaceAll('-', ' ')}</span> <span className="mono">{id}</span>
    </span>
  );
}

function RunThing({ id }: { id: string }) {
  const run = useCall('getRun', { run: id });
  return (
    <span className="thing">
      <span className="soft">run</span>
      <Link to={`/runs/${id}` as '/'} className="clip">
        {run.data?.name ?? id}
      </Link>
      {run.data && <StatusMark state={run.data.status} />}
    </span>
  );
}

function JobThing({ id }: { id: string }) {
  const job = useCall('getJob', { job: id });
  return (
    <span className="thing">
      <span className="soft">job</span>
      <Link to={`/jobs/${id}` as '/'} className="mono clip">
        {job.data?.name ?? id}
      </Link>
      {job.data && <StatusMark state={job.data.state} />}
    </span>
  );
}
