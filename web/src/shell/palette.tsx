import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useCall, useCallIf } from '../api.ts';
import { setTheme } from '../theme.ts';
import { Icon, type IconName } from '../ui/kit.tsx';
import { accountPlaces, mayGo, places, projectSections, subPlaces } from './places.ts';
import { useSignOut } from './top-bar.tsx';
import type { Where } from './where.ts';

interface Found {
  id: string;
  label: string;
  kind: string;
  icon: IconName;
  detail?: string;
  act: () => void;
}

const shownAtMost = 40;

/** Ctrl K: pages, things and actions by name. It offers only what the reader may see and do. */
export function Palette({ where, close, shortcuts }: { where: Where; close: () => void; shortcuts: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [word, setWord] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const found = useFound(where, word.trim(), shortcuts);
  const chosen = found[Math.min(at, found.length - 1)];
  const take = (one: Found | undefined): void => {
    if (!one) return;
    dialog.current?.close();
    one.act();
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Search and commands" onClose={close} closedby="any">
      <div className="palette-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Search and commands"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={chosen ? `palette-${chosen.id}` : undefined}
          placeholder="Search projects, jobs, people, or type a command"
          value={word}
          onChange={(event) => {
            setWord(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
            else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
            else if (event.key === 'Enter') take(chosen);
            else return;
            event.preventDefault();
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label="Found" className="palette-list" tabIndex={-1}>
        {found.map((one, index) => (
          <div key={one.id} role="presentation">
            {found[index - 1]?.kind !== one.kind && (
              <div className="palette-kind" role="presentation">
                {one.kind}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above keeps the focus and takes the keys */}
            <div
              id={`palette-${one.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === chosen}
              className="palette-row"
              ref={one === chosen ? (row) => row?.scrollIntoView({ block: 'nearest' }) : undefined}
              onPointerMove={() => setAt(index)}
              onClick={() => take(one)}
            >
              <Icon name={one.icon} />
              <span className="palette-label">{one.label}</span>
              {one.detail && <span className="faint">{one.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="faint palette-none" role="status">
          Nothing by that name that you may see.
        </p>
      )}
    </dialog>
  );
}

function useFound(where: Where, word: string, shortcuts: () => void): Found[] {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const me = useCall('getMe');
  const actions = me.data?.actions;
  const projects = useCall('listProjects', { limit: 50, ...(word ? { search: word } : {}) });
  const jobs = useCall('listJobs', { limit: 50 });
  const workspaces = useCall('listWorkspaces', { limit: 50 });
  const people = useCallIf(word !== '' && (actions ?? []).includes('person.read'), 'listPeople', { limit: 200 });
  const models = useCallIf(word !== '', 'listModels', { limit: 20, search: word });
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
        act: go('/people', { search: person.name }),
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
  }, [word, where, actions, projects.data, jobs.data, models.data, workspaces.data, people.data, navigate, signOut, shortcuts]);
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
