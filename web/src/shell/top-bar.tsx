import { Link, useNavigate } from '@tanstack/react-router';
import { call, queries, useCall } from '../api.ts';
import { pauseLive, resumeLive, stopLive, useLive } from '../live.ts';
import { setTheme, type Theme, useTheme } from '../theme.ts';
import { Icon, type IconName } from '../ui/kit.tsx';
import { Avatar } from './avatar.tsx';
import { Menu } from './menu.tsx';
import { accountPlaces } from './places.ts';
import type { Where } from './where.ts';

/** Where one is, search, whether the page is live, and who one is. */
export function TopBar({
  where,
  collapsed,
  toggleNav,
  search,
  shortcuts,
}: {
  where: Where;
  collapsed: boolean;
  toggleNav: () => void;
  search: () => void;
  shortcuts: () => void;
}) {
  return (
    <header className="frame-bar">
      <button
        type="button"
        className="quiet icon-only"
        aria-label={collapsed ? 'Widen the navigation' : 'Narrow the navigation'}
        aria-controls="navigation"
        title={`${collapsed ? 'Widen' : 'Narrow'} the navigation ([)`}
        onClick={toggleNav}
      >
        <Icon name="collapse" />
      </button>
      <Crumbs where={where} />
      <button type="button" className="bar-search" onClick={search}>
        <Icon name="search" />
        <span className="bar-search-words">Search or go to…</span>
        <kbd>{/mac/i.test(navigator.platform) ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <LiveMark />
      <UserMenu shortcuts={shortcuts} />
    </header>
  );
}

function Crumbs({ where }: { where: Where }) {
  return (
    <nav aria-label="Breadcrumb" className="crumbs">
      <ol>
        {where.crumbs.map((crumb, index) => {
          const last = index === where.crumbs.length - 1;
          return (
            <li key={crumb.to}>
              {last ? (
                <span aria-current="page" title={crumb.label}>
                  {crumb.label}
                </span>
              ) : (
                <Link to={crumb.to as '/'} title={crumb.label}>
                  {crumb.label}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function LiveMark() {
  const live = useLive();
  const words = {
    live: ['●', 'live', 'ok', 'Changes show by themselves. Click to hold the page still.'],
    paused: ['■', 'paused', 'stop', 'The page stands still. Click to go on.'],
    reconnecting: ['◷', 'reconnecting', 'warn', 'The connection broke; the data is asked again every 5 seconds.'],
    off: ['∅', 'off', 'none', ''],
  }[live] as [string, string, string, string];
  return (
    <button
      type="button"
      className={`quiet live status ${words[2]}`}
      title={words[3]}
      aria-label={`Live updates: ${words[1]}`}
      onClick={() => (live === 'paused' ? resumeLive() : pauseLive())}
    >
      <i aria-hidden="true">{words[0]}</i>
      <span className="hide-narrow">{words[1]}</span>
    </button>
  );
}

const themes: [Theme, string, IconName][] = [
  ['system', 'As the system', 'system'],
  ['light', 'Light', 'sun'],
  ['dark', 'Dark', 'moon'],
];

function UserMenu({ shortcuts }: { shortcuts: () => void }) {
  const me = useCall('getMe');
  const theme = useTheme();
  const signOut = useSignOut();
  const name = me.data?.name ?? '';
  return (
    <Menu label="Your account" face={<Avatar name={name} />}>
      {(close) => (
        <>
          <div className="menu-head">
            <strong>{name}</strong>
            <span className="soft">{me.data?.email}</span>
            {me.data?.role && <span className="faint">{me.data.role}</span>}
          </div>
          {accountPlaces.map((place) => (
            <Link key={place.to} role="menuitem" to={place.to as '/'} onClick={close}>
              <Icon name={place.icon} /> {place.label}
            </Link>
          ))}
          <button
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              shortcuts();
            }}
          >
            <Icon name="keyboard" /> Keyboard shortcuts <kbd>?</kbd>
          </button>
          <div className="menu-part" role="group" aria-label="Theme">
            {themes.map(([value, label, icon]) => (
              <button
                key={value}
                type="button"
                role="menuitemradio"
                aria-checked={theme === value}
                onClick={() => setTheme(value)}
              >
                <Icon name={icon} /> {label}
              </button>
            ))}
          </div>
          <button type="button" role="menuitem" onClick={signOut}>
            <Icon name="leave" /> Sign out
          </button>
        </>
      )}
    </Menu>
  );
}

export function useSignOut(): () => void {
  const navigate = useNavigate();
  return () => {
    stopLive();
    void call('signOut').finally(() => {
      queries.clear();
      void navigate({ to: '/sign-in' });
    });
  };
}
