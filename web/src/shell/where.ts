import { useLocation } from '@tanstack/react-router';
import { useCallIf } from '../api.ts';
import { titleOf } from '../pages/alerts/words.ts';
import { accountPlaces, places, projectSections, subPlaces } from './places.ts';

export interface Crumb {
  label: string;
  to: string;
}

export interface Where {
  /** From the outermost to the page itself. */
  crumbs: Crumb[];
  /** The project one is in, also on the page of something that belongs to it. */
  project: { slug: string; name: string } | null;
  /** The section of the project that is marked in the navigation. */
  section: string | null;
}

/** Where the page is, in names: an address has ids, people do not read them. The page asks for the same things, so this costs nothing. */
export function useWhere(): Where {
  const { pathname } = useLocation();
  const [first = '', second = '', third = '', ...rest] = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const is = (word: string): boolean => first === word && second !== '';

  const job = useCallIf(is('jobs'), 'getJob', { job: second });
  const run = useCallIf(is('runs'), 'getRun', { run: second });
  const environment = useCallIf(is('environments'), 'getEnvironment', { environment: second });
  const dataset = useCallIf(is('datasets'), 'getDataset', { dataset: second });
  const workspace = useCallIf(is('workspaces'), 'getWorkspace', { workspace: second });
  const approval = useCallIf(is('approvals'), 'getApproval', { approval: second });
  const prediction = useCallIf(is('predictions'), 'getPrediction', { prediction: second });
  const reproduction = useCallIf(is('reproductions'), 'getReproduction', { reproduction: second });
  const alert = useCallIf(is('alerts'), 'getAlert', { alert: second });
  const monitor = useCallIf(first === 'projects' && third === 'monitors' && rest.length > 0, 'getMonitor', {
    monitor: rest[0] ?? '',
  });
  const folder = useCallIf(is('folders'), 'getFolder', { folder: second });
  const isSubject = is('people') && !subPlaces.some((one) => one.to === pathname);
  const subject = useCallIf(isSubject, 'listGrantsOfSubject', { subject: second });
  const things = {
    jobs: job,
    runs: run,
    environments: environment,
    datasets: dataset,
    workspaces: workspace,
    predictions: named(prediction.data, 'Prediction'),
    reproductions: named(reproduction.data, 'Reproduction'),
  };
  const kind = is(first) && first in things ? (first as keyof typeof things) : null;
  const thing = kind ? things[kind].data : undefined;

  const projectId = first === 'projects' ? second : (thing?.projectId ?? '');
  const asked = useCallIf(projectId !== '', 'getProject', { project: projectId });
  const project = asked.data && projectId !== '' ? { slug: asked.data.slug, name: asked.data.name } : null;

  if (first === 'projects' && second) {
    const section = projectSections.find((one) => one.path === third) ?? null;
    const home = `/projects/${second}`;
    return {
      // What is not there has no sections.
      project: project ?? (asked.error ? null : { slug: second, name: '' }),
      section: section?.path ?? null,
      crumbs: [
        { label: 'Projects', to: '/projects' },
        { label: project?.name ?? (asked.error ? 'Nothing here' : ''), to: home },
        ...(section && section.path !== '' ? [{ label: section.label, to: `${home}/${section.path}` }] : []),
        ...(section?.path === 'models' ? modelCrumbs(home, rest) : []),
        ...(section?.path === 'deployments' && rest[0] ? [{ label: rest[0], to: pathname }] : []),
        ...(section?.path === 'monitors' && monitor.data
          ? [{ label: `${monitor.data.deploymentName}, ${monitor.data.channel}`, to: pathname }]
          : []),
      ],
    };
  }
  if (kind) {
    const sectionPath = sectionOf[kind] ?? kind;
    const section = projectSections.find((one) => one.path === sectionPath);
    return {
      project,
      section: project && section ? sectionPath : null,
      crumbs: [
        ...(project
          ? [
              { label: project.name, to: `/projects/${project.slug}` },
              ...(section ? [{ label: section.label, to: `/projects/${project.slug}/${sectionPath}` }] : []),
            ]
          : []),
        { label: thing?.name ?? '', to: pathname },
      ],
    };
  }
  if (first === 'approvals' && second) {
    const asked = approval.data ? `${approval.data.subject.replace('models:/', '')} for ${approval.data.channel}` : '';
    const crumbs = [
      { label: 'Approvals', to: '/approvals' },
      { label: asked, to: pathname },
    ];
    return { project: null, section: null, crumbs };
  }
  if (first === 'alerts' && second) {
    const crumbs = [
      { label: 'Alerts', to: '/alerts' },
      { label: alert.data ? titleOf(alert.data) : '', to: pathname },
    ];
    return { project: null, section: null, crumbs };
  }
  const inPlace = is('folders') ? folder.data?.name : isSubject ? subject.data?.subject.name : undefined;
  const all = [...places.flatMap((group) => group.items), ...accountPlaces];
  const place = all.filter((one) => one.to !== '/' && pathname.startsWith(one.to)).sort((a, b) => b.to.length - a.to.length)[0];
  const own = inPlace === undefined ? [] : [{ label: inPlace, to: pathname }];
  const sub = subPlaces.find((one) => pathname.startsWith(one.to));
  if (sub) {
    const over = all.find((one) => one.to === sub.under)!;
    const crumbs = [over, sub].map(({ label, to }) => ({ label, to }));
    return { project: null, section: null, crumbs: [...crumbs, ...own] };
  }
  const home = place ? { label: place.label, to: place.to } : { label: 'Home', to: '/' };
  return { project: null, section: null, crumbs: [home, ...own] };
}

/** Things that stand under another section than that of their own name. */
const sectionOf: Partial<Record<string, string>> = { runs: 'experiments', reproductions: 'models', predictions: 'deployments' };

const named = (data: { projectId: string } | undefined, name: string) => ({ data: data && { projectId: data.projectId, name } });

function modelCrumbs(home: string, [name, , version]: string[]): Crumb[] {
  if (!name) return [];
  const to = `${home}/models/${encodeURIComponent(name)}`;
  return [{ label: name, to }, ...(version ? [{ label: `Version ${version}`, to: `${to}/versions/${version}` }] : [])];
}
