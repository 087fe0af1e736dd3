import { Link, useLocation } from '@tanstack/react-router';

/** Pages that belong together, one of which is open. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly (readonly [to: string, label: string])[] }) {
  const { pathname } = useLocation();
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(([to, words]) => (
        <Link key={to} to={to as '/'} activeOptions={{ exact: true }} aria-current={pathname === to ? 'page' : undefined}>
          {words}
        </Link>
      ))}
    </nav>
  );
}
