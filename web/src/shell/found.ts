import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCall, useCallIf } from '../api.ts';
import { setTheme } from '../theme.ts';
import type { IconName } from '../ui/kit.tsx';
import { contains } from '../ui/table/search-box.tsx';
import { accountPlaces, mayGo, places, projectSections, subPlaces } from './places.ts';
import { useSignOut } from './top-bar.tsx';
import type { Where } from './where.ts';

export interface Found {
  id: string;
  label: string;
  kind: string;
  icon: IconName;
  detail?: string;
  act: () => void;
}

const shownAtMost = 40;

/** What the palette offers for a word: pages, things and commands that the reader may go to. */
export function useFound(where: Where, word: string, shortcuts: () => void): Found[] {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const me = useCall('getMe');
  const actions = me.data?.actions;
  const projects = useCall('listProjects', { limit: 50, ...(word ? { search: word } : {}) });
  const jobs = useCall('listJobs', { limit: 50 });
  const workspaces = useCall('listWorkspaces', { limit: 50 });
  const people = useCallIf(word !== '' && (actions ?? []).includes('person.read'), 'listPeople', { limit: 200 });
  const models = useCallIf(word !== '', 'listModels', { limit: 20, search: word });
  const folders = useCallIf(word !== '', 'listFolders', { limit: 50, filter: contains('name', word) });
  const environments = useCallIf(word !== '', 'listEnvironments', { limit: 20, filter: contains('name', word) });
  // Runs and datasets are many: they are looked for where the reader is.
  const project = where.project?.slug ?? '';
  const isInside = word !== '' && project !== '';
  const runs = useCallIf(isInside, 'listRuns', { project, limit: 20, filter: contains('attributes.run_name', word) });
  const datasets = useCallIf(isInside, 'listDatasets', { project, limit: 20, filter: contains('name', word) });
  return useMemo(() => {
    const go = (to: string, search?: Record<string, string>) => (): void =>
      void navigate({ to: to as '/', ...(search ? { search: search as never } : {}) });
    const mayCreate = (actions ?? []).includes('project.create');
    const inProject = where.project;
    const all: Found[] = [
      ...(inProject
        ? projectSections.map(({ path, label, icon }) => ({
            id: `section-${label}`,
            label,
            kind: inProject.name,
            icon,
            act: go(`/projects/${inProject.slug}${path ? `/${path}` : ''}`),
          }))
        : []),
      ...(projects.data?.items ?? []).slice(0, word ? 50 : 6).map((project) => ({
        id: project.id,
        label: project.name,
        kind: 'Projects',
        icon: 'projects' as const,
        detail: project.stage,
        act: go(`/projects/${project.slug}`),
      })),
      ...(jobs.data?.items ?? []).slice(0, word ? 50 : 4).map((job) => ({
        id: job.id,
        label: job.name,
        kind: 'Jobs',
        icon: 'jobs' as const,
        detail: `${job.state}, ${job.createdByName}`,
        act: go(`/jobs/${job.id}`),
      })),
      ...(word ? (models.data?.items ?? []) : []).map((model) => ({
        id: model.id,
        label: model.name,
        kind: 'Models',
        icon: 'models' as const,
        detail: model.projectSlug,
        act: go(`/projects/${model.projectSlug}/models/${encodeURIComponent(model.name)}`),
      })),
      ...(word ? (workspaces.data?.items ?? []) : []).map((workspace) => ({
        id: workspace.id,
        label: workspace.name,
        kind: 'Workspaces',
        icon: 'workspaces' as const,
        detail: `${workspace.state}, ${workspace.ownerName}`,
        act: go(`/workspaces/${workspace.id}`),
      })),
      ...(word ? (people.data?.items ?? []) : []).map((person) => ({
        id: person.id,
        label: person.name,
        kind: 'People',
        icon: 'user' as const,
        detail: person.email,
        act: go(`/people/${person.id}`),
      })),
      ...(word ? (folders.data?.items ?? []) : []).map((folder) => ({
        id: folder.id,
        label: folder.name,
        kind: 'Folders',
        icon: 'folder' as const,
        detail: folder.path.slice(0, -1).join(' / '),
        act: go(`/folders/${folder.id}`),
      })),
      ...(isInside ? (runs.data?.items ?? []) : []).map((run) => ({
        id: run.id,
        label: run.name,
        kind: 'Runs',
        icon: 'experiments' as const,
        detail: run.status,
        act: go(`/runs/${run.id}`),
      })),
      ...(isInside ? (datasets.data?.items ?? []) : []).map((dataset) => ({
        id: dataset.id,
        label: dataset.name,
        kind: 'Datasets',
        icon: 'datasets' as const,
        act: go(`/datasets/${dataset.id}`),
      })),
      ...(word ? (environments.data?.items ?? []) : []).map((environment) => ({
        id: environment.id,
        label: environment.name,
        kind: 'Environments',
        icon: 'environments' as const,
        act: go(`/environments/${environment.id}`),
      })),
      ...[...places.flatMap((group) => group.items), ...subPlaces, ...accountPlaces]
        .filter((place) => mayGo(place, actions))
        .map((place) => ({
          id: `page-${place.label}`,
          label: place.label,
          kind: 'Pages',
          icon: place.icon,
          ...(place.key ? { detail: `g ${place.key}` } : {}),
          act: go(place.to),
        })),
      ...(
        [
          inProject && ['Run a job', 'play', go(`/projects/${inProject.slug}/jobs`, { new: 'job' })],
          inProject && ['Start a workspace', 'workspaces', go(`/projects/${inProject.slug}/workspaces`, { new: 'workspace' })],
          mayCreate && ['New project', 'add', go('/projects', { new: 'project' })],
          ['New token', 'key', go('/account/tokens', { new: 'token' })],
          (actions ?? []).includes('person.manage') && ['Add a person', 'add', go('/people', { new: 'person' })],
          ['Theme: light', 'sun', () => setTheme('light')],
          ['Theme: dark', 'moon', () => setTheme('dark')],
          ['Theme: as the system', 'system', () => setTheme('system')],
          ['Keyboard shortcuts', 'keyboard', shortcuts],
          ['Sign out', 'leave', signOut],
        ] as (false | null | undefined | [string, IconName, () => void])[]
      )
        .filter((one) => !!one)
        .map(([label, icon, act]) => ({ id: `act-${label}`, label, kind: 'Commands', icon, act })),
    ];
    return bestFirst(all, word.toLowerCase()).slice(0, shownAtMost);
  }, [
    word,
    where,
    actions,
    projects.data,
    jobs.data,
    models.data,
    workspaces.data,
    people.data,
    folders.data,
    runs.data,
    datasets.data,
    environments.data,
    navigate,
    signOut,
    shortcuts,
  ]);
}

/** What fits, with the kind that has the closest name on top; kinds stay together. */
function bestFirst(all: readonly Found[], word: string): Found[] {
  const words = word.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...all];
  const distance = ({ label }: Found): number => {
    const name = label.toLowerCase();
    return name === word ? 0 : name.startsWith(word) ? 1 : 2;
  };
  const fitting = all.filter((one) => {
    const text = `${one.label} ${one.detail ?? ''} ${one.kind} ${one.id}`.toLowerCase();
    return words.every((part) => text.includes(part));
  });
  const kinds = [...Map.groupBy(fitting, (one) => one.kind).values()];
  for (const kind of kinds) kind.sort((a, b) => distance(a) - distance(b));
  return kinds.sort((a, b) => distance(a[0]!) - distance(b[0]!)).flat();
}
