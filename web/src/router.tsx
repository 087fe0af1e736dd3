import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { base } from './base.ts';
import { Shell } from './shell/shell.tsx';
import { parseAddress, writeAddress } from './ui/address.ts';
import { PageHead, Problem } from './ui/kit.tsx';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: Lost,
  errorComponent: ({ error }) => <Problem error={error} />,
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignIn'),
});
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const page = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name as never),
    errorComponent: ({ error }) => <Problem error={error} />,
  });

/** An address that no page has, in the frame all the same: the way on is the navigation. */
function Lost() {
  return (
    <Shell>
      <PageHead
        title="No such page"
        about="Nothing has this address. Go on from here, or press Ctrl K to find what you look for."
      />
    </Shell>
  );
}

const project = (): Promise<Record<string, unknown>> => import('./pages/project.tsx');

const tree = root.addChildren([
  signIn,
  shell.addChildren([
    page('/', () => import('./pages/home.tsx'), 'Home'),
    page('/projects', () => import('./pages/projects.tsx'), 'Projects'),
    page('/projects/$project', project, 'Overview'),
    page('/projects/$project/jobs', () => import('./pages/project-jobs.tsx'), 'Jobs'),
    page('/projects/$project/experiments', () => import('./pages/experiments.tsx'), 'Experiments'),
    page('/projects/$project/experiments/compare', () => import('./pages/compare.tsx'), 'Compare'),
    page('/projects/$project/environments', () => import('./pages/environments.tsx'), 'Environments'),
    page('/projects/$project/datasets', () => import('./pages/datasets.tsx'), 'Datasets'),
    page('/projects/$project/workspaces', () => import('./pages/project-workspaces.tsx'), 'ProjectWorkspaces'),
    page('/projects/$project/code', () => import('./pages/project-code.tsx'), 'Code'),
    page('/projects/$project/members', () => import('./pages/project-members.tsx'), 'Members'),
    page('/projects/$project/activity', () => import('./pages/project-activity.tsx'), 'Activity'),
    page('/projects/$project/notifications', () => import('./pages/notifications.tsx'), 'ProjectNotifications'),
    page('/projects/$project/models', () => import('./pages/models.tsx'), 'ProjectModels'),
    page('/projects/$project/models/$name', () => import('./pages/model.tsx'), 'Model'),
    page('/projects/$project/models/$name/versions/$version', () => import('./pages/version.tsx'), 'Version'),
    page('/models', () => import('./pages/models.tsx'), 'AllModels'),
    page('/approvals', () => import('./pages/approvals.tsx'), 'Approvals'),
    page('/approvals/$approval', () => import('./pages/approval.tsx'), 'Approval'),
    page('/predictions/$prediction', () => import('./pages/prediction.tsx'), 'Prediction'),
    page('/projects/$project/deployments', () => import('./pages/deployments.tsx'), 'ProjectDeployments'),
    page('/projects/$project/deployments/$deployment', () => import('./pages/deployment.tsx'), 'Deployment'),
    page('/projects/$project/monitors', () => import('./pages/monitors.tsx'), 'Monitors'),
    page('/projects/$project/monitors/$monitor', () => import('./pages/monitor.tsx'), 'Monitor'),
    page('/services', () => import('./pages/deployments.tsx'), 'AllDeployments'),
    page('/alerts', () => import('./pages/alerts.tsx'), 'Alerts'),
    page('/alerts/$alert', () => import('./pages/alert.tsx'), 'Alert'),
    page('/reproductions/$reproduction', () => import('./pages/reproduction.tsx'), 'Reproduction'),
    page('/jobs', () => import('./pages/jobs.tsx'), 'AllJobs'),
    page('/jobs/$job', () => import('./pages/job.tsx'), 'Job'),
    page('/runs/$run', () => import('./pages/run.tsx'), 'Run'),
    page('/environments/$environment', () => import('./pages/environment.tsx'), 'Environment'),
    page('/datasets/$dataset', () => import('./pages/dataset.tsx'), 'Dataset'),
    page('/workspaces', () => import('./pages/workspaces.tsx'), 'AllWorkspaces'),
    page('/workspaces/$workspace', () => import('./pages/workspace.tsx'), 'Workspace'),
    page('/compute', () => import('./pages/compute.tsx'), 'Compute'),
    page('/people', () => import('./pages/people.tsx'), 'People'),
    page('/people/$subject', () => import('./pages/subject.tsx'), 'Subject'),
    page('/people/groups', () => import('./pages/groups.tsx'), 'Groups'),
    page('/people/service-accounts', () => import('./pages/service-accounts.tsx'), 'ServiceAccounts'),
    page('/access', () => import('./pages/access.tsx'), 'Access'),
    page('/folders', () => import('./pages/folders.tsx'), 'Folders'),
    page('/folders/$folder', () => import('./pages/folder.tsx'), 'Folder'),
    page('/notifications', () => import('./pages/notifications.tsx'), 'AllNotifications'),
    page('/trash', () => import('./pages/trash.tsx'), 'Trash'),
    page('/audit', () => import('./pages/audit.tsx'), 'Audit'),
    page('/settings', () => import('./pages/settings.tsx'), 'Settings'),
    page('/account/tokens', () => import('./pages/tokens.tsx'), 'Tokens'),
    page('/device', () => import('./pages/device.tsx'), 'Device'),
    page('/device/$code', () => import('./pages/device.tsx'), 'Device'),
  ]),
]);

export const router = createRouter({
  basepath: base || '/',
  routeTree: tree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: parseAddress,
  stringifySearch: writeAddress,
});
