import { Link, useLocation } from '@tanstack/react-router';

const tabs = [
  ['/people', 'People'],
  ['/people/groups', 'Groups'],
  ['/people/service-accounts', 'Service accounts'],
] as const;

/** Who can ask for something here: people, people together, and programs. */
export function PeopleTabs() {
  const { pathname } = useLocation();
  return (
    <nav className="tabs" aria-label="Who">
      {tabs.map(([to, label]) => (
        <Link key={to} to={to as '/'} activeOptions={{ exact: true }} aria-current={pathname === to ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
