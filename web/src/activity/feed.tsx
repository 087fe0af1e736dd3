import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { useProjects } from '../names.ts';
import { Icon, Loaded, Time } from '../ui/kit.tsx';
import { type Happening, tell } from './sentence.tsx';

/** What happened, as sentences, newest first. Outside of a project each says in which one. */
export function Feed({ project, limit }: { project?: string; limit: number }) {
  // Events of machinery fall out, so more are asked than are shown.
  const activity = useCall('listActivity', { limit: Math.min(200, limit * 3), ...(project ? { project } : {}) });
  return (
    <Loaded query={activity} rows={Math.min(limit, 6)}>
      {(data) => <Sentences happenings={data.items} limit={limit} named={!project} />}
    </Loaded>
  );
}

export function Sentences({ happenings, limit, named }: { happenings: readonly Happening[]; limit: number; named: boolean }) {
  const projects = useProjects();
  const told = newestOfEach(happenings).flatMap((happening) => {
    const one = tell(happening);
    return one ? [{ ...one, happening }] : [];
  });
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
