import './shell.css';
import '../pages/lifecycle.css';
import '../pages/pages.css';
import '../pages/serving.css';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useCall } from '../api.ts';
import { startLive } from '../live.ts';
import { Problem } from '../ui/kit.tsx';
import { OfflineBar } from './offline-bar.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { Palette } from './palette.tsx';
import { ShortcutSheet, useShortcuts } from './shortcuts.tsx';
import { SideNav } from './side-nav.tsx';
import { TopBar } from './top-bar.tsx';
import { useWhere, type Where } from './where.ts';

const narrowKey = 'plinth-navigation';

/** The frame of every page: where one can go, where one is, what is live. */
export function Shell({ children }: { children?: ReactNode }) {
  const me = useCall('getMe');
  const location = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    // The frame is still there while the way to the sign-in page is under way.
    if (me.error?.status === 401 && location.pathname !== '/sign-in')
      void navigate({ to: '/sign-in', search: { next: location.href } as never });
    if (me.data) startLive();
  }, [me.error, me.data, navigate, location.pathname, location.href]);
  if (me.data) return <Frame>{children}</Frame>;
  return me.error && me.error.status !== 401 ? <Problem error={me.error} retry={() => void me.refetch()} /> : null;
}

function Frame({ children }: { children?: ReactNode }) {
  const { pathname } = useLocation();
  const where = useWhere();
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(narrowKey) === 'narrow');
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  useTitle(where);
  useEffect(() => setDrawer(false), [pathname]);

  // On a narrow screen the navigation is a drawer over the page, on a wide one a column beside it.
  const toggleNav = (): void => {
    if (window.matchMedia('(max-width: 860px)').matches) return setDrawer(!drawer);
    localStorage.setItem(narrowKey, collapsed ? 'wide' : 'narrow');
    setCollapsed(!collapsed);
  };
  useShortcuts({ palette: () => setPalette(true), sheet: () => setSheet(true), toggleNav });

  return (
    <div className={`frame ${collapsed ? 'collapsed' : ''}`}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <SideNav where={where} collapsed={collapsed} open={drawer} />
      {drawer && <button type="button" className="nav-veil" aria-label="Close the navigation" onClick={() => setDrawer(false)} />}
      <TopBar
        where={where}
        collapsed={collapsed}
        toggleNav={toggleNav}
        search={() => setPalette(true)}
        shortcuts={() => setSheet(true)}
      />
      <main id="main" tabIndex={-1}>
        <OfflineBar />
        <div className="page">
          <PageBoundary address={pathname}>{children ?? <Outlet />}</PageBoundary>
        </div>
      </main>
      {palette && <Palette where={where} close={() => setPalette(false)} shortcuts={() => setSheet(true)} />}
      {sheet && <ShortcutSheet close={() => setSheet(false)} />}
    </div>
  );
}

/** "train.py · Jobs · Tumour triage · Plinth": the innermost first, so that narrow tabs still tell pages apart. */
function useTitle(where: Where): void {
  const title = [...where.crumbs.map((crumb) => crumb.label).filter(Boolean)].reverse().concat('Plinth').join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
