import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { call, queries, useCall } from './api.ts';
import { startLive, stopLive, useLive } from './live.ts';
import { Problem } from './ui/kit.tsx';

const places = [
  {
    group: '',
    items: [
      ['/', 'Home'],
      ['/projects', 'Projects'],
      ['/jobs', 'Jobs'],
      ['/workspaces', 'Workspaces'],
      ['/compute', 'Compute'],
    ],
  },
  {
    group: 'Organization',
    items: [
      ['/people', 'People'],
      ['/audit', 'Audit'],
      ['/settings', 'Settings'],
    ],
  },
  { group: 'Account', items: [['/account/tokens', 'Tokens']] },
] as const;

/** The frame of every page: where one can go, where one is, what is live. */
export function Shell() {
  const me = useCall('getMe');
  const location = useLocation();
  const navigate = useNavigate();
  const live = useLive();
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);

  useEffect(() => {
    // The frame is still there while the way to the sign-in page is under way.
    if (me.error?.status === 401 && location.pathname !== '/sign-in')
      void navigate({ to: '/sign-in', search: { next: location.pathname } as never });
    if (me.data) startLive();
  }, [me.error, me.data, navigate, location.pathname]);
  useEffect(() => setMenu(false), [location.pathname]);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      }
      if (event.key === '/' && !/INPUT|TEXTAREA|SELECT/.test((event.target as HTMLElement).tagName)) {
        event.preventDefault();
        setPalette(true);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  if (!me.data) return me.error && me.error.status !== 401 ? <Problem error={me.error} retry={() => void me.refetch()} /> : null;
  const crumbs = location.pathname.split('/').filter(Boolean);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <nav className={`side ${menu ? 'open' : ''}`} aria-label="Main">
        <Link to="/" className="brand">
          <img src="/plinth.svg" alt="" width="20" height="20" /> Plinth
        </Link>
        {places.map(({ group, items }) => (
          <div key={group} className="stack" style={{ gap: 2 }}>
            {group && <div className="group">{group}</div>}
            {items.map(([to, label]) => (
              <Link
                key={to}
                to={to as '/'}
                className="item"
                aria-current={(to === '/' ? location.pathname === '/' : location.pathname.startsWith(to)) ? 'page' : undefined}
              >
                {label}
              </Link>
            ))}
          </div>
        ))}
        <div style={{ flex: 1 }} />
        <a className="item" href="/docs">
          Documentation
        </a>
      </nav>
      <header className="top">
        <button type="button" className="menu-button quiet" aria-label="Menu" aria-expanded={menu} onClick={() => setMenu(!menu)}>
          ☰
        </button>
        <div className="crumbs soft">
          {crumbs.length === 0 ? (
            <span>Home</span>
          ) : (
            crumbs.map((crumb, index) => (
              <span key={crumbs.slice(0, index + 1).join('/')}>{index > 0 ? `/ ${crumb}` : crumb}</span>
            ))
          )}
        </div>
        <button type="button" className="quiet hide-narrow" onClick={() => setPalette(true)}>
          Go to… <kbd>Ctrl K</kbd>
        </button>
        <span className={`status ${live === 'live' ? 'ok' : 'warn'}`} title="Changes show without reloading">
          <i aria-hidden="true">{live === 'live' ? '●' : '◷'}</i>
          <span className="hide-narrow">{live === 'live' ? 'live' : 'reconnecting'}</span>
        </span>
        <ThemeButton />
        <button
          type="button"
          className="quiet"
          onClick={() => {
            stopLive();
            void call('signOut').finally(() => {
              queries.clear();
              void navigate({ to: '/sign-in' });
            });
          }}
        >
          {me.data.name}, sign out
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        <div className="page">
          <Outlet />
        </div>
      </main>
      {palette && <Palette close={() => setPalette(false)} />}
    </div>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(() => localStorage.getItem('plinth-theme') ?? 'system');
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem('plinth-theme', theme);
  }, [theme]);
  const next = theme === 'system' ? 'dark' : theme === 'dark' ? 'light' : 'system';
  return (
    <button
      type="button"
      className="quiet"
      aria-label={`Theme: ${theme}. Change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => setTheme(next)}
    >
      {theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◑'}
    </button>
  );
}

/** Ctrl K: pages and projects by name. */
function Palette({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [word, setWord] = useState('');
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const projects = useCall('listProjects', { limit: 100, ...(word ? { search: word } : {}) });
  useEffect(() => dialog.current?.showModal(), []);
  const pages = places.flatMap(({ items }) =>
    items.map(([to, label]) => ({ to: to as string, label: label as string, kind: 'Page' })),
  );
  const found = [
    ...pages,
    ...(projects.data?.items ?? []).map((project) => ({ to: `/projects/${project.slug}`, label: project.name, kind: 'Project' })),
  ].filter((one) => one.label.toLowerCase().includes(word.toLowerCase()));
  const go = (to: string): void => {
    close();
    void navigate({ to: to as '/' });
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Go to" onClose={close}>
      <input
        aria-label="Go to"
        placeholder="Go to a page or project"
        value={word}
        onChange={(event) => {
          setWord(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
          if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
          if (event.key === 'Enter' && found[at]) go(found[at].to);
        }}
      />
      <ul>
        {found.slice(0, 50).map((one, index) => (
          <li key={one.to}>
            <a
              href={one.to}
              className={index === at ? 'on' : ''}
              onClick={(event) => {
                event.preventDefault();
                go(one.to);
              }}
            >
              {one.label} <span className="faint">{one.kind}</span>
            </a>
          </li>
        ))}
      </ul>
    </dialog>
  );
}
