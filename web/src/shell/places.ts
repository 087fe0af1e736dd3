import type { IconName } from '../ui/kit.tsx';

export interface Place {
  to: string;
  label: string;
  icon: IconName;
  /** Second key after g. */
  key?: string;
  /** What one must be allowed in the organization to find something there. */
  needs?: string;
}

/** Where one can go from anywhere; a new page is a line here. */
export const places: { group: string; items: readonly Place[] }[] = [
  {
    group: '',
    items: [
      { to: '/', label: 'Home', icon: 'home', key: 'h' },
      { to: '/projects', label: 'Projects', icon: 'projects', key: 'p' },
      { to: '/jobs', label: 'Jobs', icon: 'jobs', key: 'j' },
      { to: '/workspaces', label: 'Workspaces', icon: 'workspaces', key: 'w' },
      { to: '/models', label: 'Models', icon: 'models', key: 'm' },
      { to: '/approvals', label: 'Approvals', icon: 'check', key: 'v' },
      { to: '/services', label: 'Deployments', icon: 'deployments', key: 'd' },
      { to: '/alerts', label: 'Alerts', icon: 'alerts', key: 'l' },
      { to: '/compute', label: 'Compute', icon: 'compute', key: 'c' },
    ],
  },
  {
    group: 'Organization',
    items: [
      { to: '/people', label: 'People', icon: 'people', key: 'u', needs: 'person.read' },
      { to: '/access', label: 'Access', icon: 'key', key: 'e', needs: 'access.explain' },
      { to: '/notifications', label: 'Notifications', icon: 'mail', key: 'n', needs: 'notification.read' },
      { to: '/audit', label: 'Audit', icon: 'audit', key: 'a', needs: 'audit.read' },
    ],
  },
];

/** Pages of one's own account, in the menu of the user. */
export const accountPlaces: readonly Place[] = [
  { to: '/settings', label: 'Settings', icon: 'settings', key: 's' },
  { to: '/account/tokens', label: 'Tokens', icon: 'key', key: 't' },
];

/** Pages that stand under another in the navigation. */
export const subPlaces: readonly (Place & { under: string })[] = [
  { to: '/people/groups', label: 'Groups', icon: 'groups', under: '/people', needs: 'group.read' },
  { to: '/people/service-accounts', label: 'Service accounts', icon: 'robot', under: '/people', needs: 'person.read' },
  { to: '/folders', label: 'Folders', icon: 'folder', under: '/projects', key: 'f' },
  { to: '/trash', label: 'Trash', icon: 'trash', under: '/projects' },
  { to: '/device', label: 'Sign in a program', icon: 'device', under: '/settings' },
];

/** Sections of a project, in the order of the work. */
export const projectSections: readonly { path: string; label: string; icon: IconName }[] = [
  { path: '', label: 'Overview', icon: 'overview' },
  { path: 'jobs', label: 'Jobs', icon: 'jobs' },
  { path: 'experiments', label: 'Experiments', icon: 'experiments' },
  { path: 'models', label: 'Models', icon: 'models' },
  { path: 'deployments', label: 'Deployments', icon: 'deployments' },
  { path: 'monitors', label: 'Monitors', icon: 'activity' },
  { path: 'datasets', label: 'Datasets', icon: 'datasets' },
  { path: 'environments', label: 'Environments', icon: 'environments' },
  { path: 'workspaces', label: 'Workspaces', icon: 'workspaces' },
  { path: 'code', label: 'Code', icon: 'code' },
  { path: 'members', label: 'Members', icon: 'people' },
  { path: 'notifications', label: 'Notifications', icon: 'mail' },
  { path: 'activity', label: 'Activity', icon: 'activity' },
];

export const mayGo = (place: Place, actions: readonly string[] | undefined): boolean =>
  !place.needs || (actions ?? []).includes(place.needs);
