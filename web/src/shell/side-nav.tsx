import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { here } from '../base.ts';
import { Icon, type IconName } from '../ui/kit.tsx';
import { mayGo, places, projectSections } from './places.ts';
import type { Where } from './where.ts';

/** Where one can go. Inside a project its sections stand here, so that there is one navigation and one mark in it. */
export function SideNav({ where, collapsed, open }: { where: Where; collapsed: boolean; open: boolean }) {
  const me = useCall('getMe');
  const waiting = useCall('listApprovals', { limit: 1 }).data?.waitingForMe ?? 0;
  const firing = useCall('listAlerts', { limit: 1 }).data?.firingCount ?? 0;
  const counts: Record<string, { count: number; say: string; tone?: string }> = {
    '/approvals': { count: waiting, say: 'waiting for you' },
    '/alerts': { count: firing, say: 'firing', tone: 'bad' },
  };
  return (
    <nav id="navigation" className={`nav ${open ? 'open' : ''}`} aria-label="Main">
      <Link to="/" className="nav-brand" aria-label="Plinth, home">
        <img src={here('/plinth.svg')} alt="" width="20" height="20" />
        <span className="nav-word">Plinth</span>
      </Link>
      {places.map(({ group, items }, index) => (
        <div key={group} className="nav-group">
          {group && <div className="nav-title">{group}</div>}
          {items
            .filter((item) => mayGo(item, me.data?.actions))
            .map((item) => (
              <Item
                key={item.to}
                {...item}
                collapsed={collapsed}
                waiting={counts[item.to]?.count ?? 0}
                waitingFor={counts[item.to]?.say ?? ''}
                tone={counts[item.to]?.tone ?? ''}
                current={!where.project && where.crumbs[0]?.to === item.to}
              />
            ))}
          {index === 0 && where.project && <Sections where={where} project={where.project} collapsed={collapsed} />}
        </div>
      ))}
      <div className="nav-rest" />
      <a className="nav-item" href={here('/docs')} title={collapsed ? 'Documentation' : undefined}>
        <Icon name="documentation" />
        <span className="nav-word">Documentation</span>
      </a>
    </nav>
  );
}

function Sections({ where, project, collapsed }: { where: Where; project: NonNullable<Where['project']>; collapsed: boolean }) {
  return (
    <section aria-label="Project" className="nav-project">
      <div className="nav-title" title={project.name}>
        {project.name || ' '}
      </div>
      {projectSections.map(({ path, label, icon }) => (
        <Item
          key={label}
          to={`/projects/${project.slug}${path ? `/${path}` : ''}`}
          label={label}
          icon={icon}
          collapsed={collapsed}
          current={where.section === path}
        />
      ))}
    </section>
  );
}

function Item({
  to,
  label,
  icon,
  current,
  collapsed,
  waiting = 0,
  waitingFor = '',
  tone = '',
}: {
  to: string;
  label: string;
  icon: IconName;
  current: boolean;
  collapsed: boolean;
  /** How many things wait there for the reader. */
  waiting?: number;
  waitingFor?: string;
  tone?: string;
}) {
  return (
    <Link
      to={to as '/'}
      className="nav-item"
      activeOptions={{ exact: true }}
      // The router marks by address; one page must not be marked twice.
      activeProps={{ 'aria-current': undefined }}
      aria-current={current ? 'page' : undefined}
      title={collapsed ? label : undefined}
    >
      <Icon name={icon} />
      <span className="nav-word">{label}</span>
      {waiting > 0 && (
        <span className={`nav-count ${tone}`}>
          {waiting}
          <span className="unseen"> {waitingFor}</span>
        </span>
      )}
    </Link>
  );
}
