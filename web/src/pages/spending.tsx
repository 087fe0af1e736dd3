import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { useProjects } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { money } from '../ui/format.ts';
import { Loaded, Panel } from '../ui/kit.tsx';

const ways = { project: 'By project', owner: 'By person', kind: 'By kind of work' } as const;
type Way = keyof typeof ways;

export const monthName = (): string => new Date().toLocaleDateString(undefined, { month: 'long', timeZone: 'UTC' });

/** What was spent since the month began, and on what. */
export function Spending() {
  const [address, change] = useAddress();
  const projects = useProjects();
  const by: Way = address.by === 'owner' || address.by === 'kind' ? address.by : 'project';
  const costs = useCall('listCosts', { by });
  return (
    <Panel
      title={`Spent in ${monthName()}`}
      id="spent"
      aside={
        <select
          aria-label="Spent by"
          className="fitting"
          value={by}
          onChange={(event) => change({ by: event.target.value === 'project' ? null : event.target.value })}
        >
          {Object.entries(ways).map(([way, words]) => (
            <option key={way} value={way}>
              {words}
            </option>
          ))}
        </select>
      }
    >
      <Loaded query={costs}>
        {(data) =>
          data.items.length === 0 ? (
            <p className="faint">Nothing was spent this month.</p>
          ) : (
            <ul className="rows">
              {data.items.map((item) => {
                const project = by === 'project' ? projects.get(item.key ?? '') : undefined;
                const name = by === 'kind' ? item.key?.replaceAll('-', ' ') : item.name;
                return (
                  <li key={`${item.key} ${item.currency}`}>
                    <span className="clip grow">
                      {project ? (
                        <Link to={`/projects/${project.slug}/jobs` as '/'}>{project.name}</Link>
                      ) : (
                        (name ?? (by === 'owner' ? 'Programs' : 'Work outside of projects'))
                      )}
                    </span>
                    <span className="faint tabular">{hours(item.seconds)}</span>
                    <span className="number">{money(item)}</span>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

const hours = (seconds: number): string =>
  seconds < 3600 ? `${Math.max(1, Math.round(seconds / 60))} min` : `${(seconds / 3600).toFixed(1)} h`;
