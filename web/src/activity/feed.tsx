import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../api.ts';
import { useProjects } from '../names.ts';
import { Icon, Loaded, Time } from '../ui/kit.tsx';
import { tell } from './sentence.tsx';
import type { Happening, Told } from './telling.ts';

/** What happened, as sentences, newest first. Outside of a project each says in which one. */
export function Feed({ project, limit }: { project?: string; limit: number }) {
  // Events of machinery fall out, so more are asked than are shown.
  const activity = useCall('listActivity', { limit: Math.min(200, limit * 4), ...(project ? { project } : {}) });
  return (
    <Loaded query={activity} rows={Math.min(limit, 6)}>
      {(data) => <Sentences happenings={data.items} limit={limit} named={!project} />}
    </Loaded>
  );
}

export function Sentences({
  happenings,
  limit = Number.POSITIVE_INFINITY,
  named,
}: {
  happenings: readonly Happening[];
  limit?: number;
  /** Whether each says in which project it was. */
  named: boolean;
}) {
  const projects = useProjects();
  const told = foldRuns(
    newestOfEach(happenings).flatMap((happening) => {
      const one = tell(happening);
      return one ? [{ ...one, happening }] : [];
    }),
  );
  if (told.length === 0) return <p className="faint">Nothing happened yet.</p>;
  return (
    <ol className="sentences">
      {told.slice(0, limit).map(({ happening, who, says, icon, tone }) => {
        const project = named && happening.object.projectId ? projects.get(happening.object.projectId) : undefined;
        return (
          <li key={happening.sequence}>
            <span className={`sentence-icon ${tone ?? ''}`}>
              <Icon name={icon} />
            </span>
            <span>
              <strong>{who ?? happening.actor.name}</strong> {says}
              {project && (
                <>
                  {' '}
                  in <Link to={`/projects/${project.slug}` as '/'}>{project.name}</Link>
                </>
              )}
            </span>
            <Time at={happening.time} />
          </li>
        );
      })}
    </ol>
  );
}

const passing = new Set(['job', 'run', 'workspace', 'environment-revision']);

/** Work goes through states within seconds: of each piece only the last says something. What people do themselves all stays. */
function newestOfEach(happenings: readonly Happening[]): Happening[] {
  const seen = new Set<string>();
  return happenings.filter(({ object, verb }) => {
    if (!passing.has(object.type) || verb.endsWith('.changed')) return true;
    const known = seen.has(object.id);
    seen.add(object.id);
    return !known;
  });
}

type Line = Told & { happening: Happening };

const runVerbs: Record<string, string> = { 'run.finished': 'finished', 'run.created': 'began', 'run.deleted': 'deleted' };
/** So many alike are one line. */
const foldFrom = 3;

/** A sweep is one thing that happened, not fifty: alike in a row they are said once, with their number. */
function foldRuns(lines: readonly Line[]): Line[] {
  const folded: Line[] = [];
  for (let at = 0; at < lines.length; ) {
    const first = lines[at]!;
    const { verb, actor, object } = first.happening;
    const end = runVerbs[verb]
      ? lines.findIndex(
          ({ happening }, index) =>
            index > at &&
            (happening.verb !== verb || happening.actor.id !== actor.id || happening.object.projectId !== object.projectId),
        )
      : at + 1;
    const alike = lines.slice(at, end < 0 ? lines.length : end);
    if (alike.length < foldFrom) folded.push(...alike);
    else folded.push({ ...first, says: many(runVerbs[verb]!, alike) });
    at += alike.length;
  }
  return folded;
}

function many(did: string, alike: readonly Line[]): ReactNode {
  const failed = alike.filter((line) => line.tone === 'bad').length;
  const [first, second] = alike.map(({ happening }) => ({
    id: happening.object.id,
    name: String((happening.data as { name?: unknown } | null)?.name ?? 'a run'),
  }));
  return (
    <>
      {did} {alike.length} runs{failed > 0 ? `, ${failed} of which failed` : ''}:{' '}
      <Link to={`/runs/${first!.id}` as '/'}>{first!.name}</Link>, <Link to={`/runs/${second!.id}` as '/'}>{second!.name}</Link>{' '}
      and {alike.length - 2} more
    </>
  );
}
