import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCall } from '../api.ts';
import { useMay } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { money, number } from '../ui/format.ts';
import { Button, Empty, PageHead, StatusMark, Time } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { SearchBox } from '../ui/table/search-box.tsx';
import { NewProject } from './new-project.tsx';
import { GoalBar, goalState, type Progress } from './project-goals.tsx';
import { stages, statuses } from './project-stage.tsx';
import { ProjectTabs } from './project-tabs.tsx';

type Project = Output<'listProjects'>['items'][number];

export function Projects() {
  const may = useMay();
  const [address, change] = useAddress();
  const { search = '', stage = '', status = '', folder = '' } = address;
  const folders = useCall('listFolders', { limit: 1000 });
  const paths = useMemo(() => new Map((folders.data?.items ?? []).map((one) => [one.id, one.path.join(' / ')])), [folders.data]);
  const asked = {
    ...(search ? { search } : {}),
    ...(stage ? { stage: stage as Project['stage'] } : {}),
    ...(status ? { status: status as Project['status'] } : {}),
    ...(folder ? { folder } : {}),
    ...sortAsked(address.sort),
  };
  const pages = usePages('listProjects', asked);
  const goals = useCall('listGoalProgress', { limit: 1000 });
  const costs = useCall('listCosts', { by: 'project' });
  const costOf = useMemo(() => new Map((costs.data?.items ?? []).map((item) => [item.key, item])), [costs.data]);
  const columns = useMemo(() => columnsOf(firstGoals(goals.data?.items ?? []), costOf, paths), [goals.data, costOf, paths]);
  const group = groupings.find((one) => one.id === address.group);
  const groupOf = useMemo(() => group && ((project: Project): string => group.of(project) || group.none), [group]);
  const query = new URLSearchParams(Object.entries(asked).map(([name, one]) => [name, String(one)]));
  const filtered = search || stage || status || folder;
  return (
    <>
      <PageHead
        title="Projects"
        about="Where each stands, whether it gets where it wants, and what it costs."
        code={{ path: `/projects?${query}`, cli: `npx plinth project list${search ? ` --search "${search}"` : ''}` }}
      >
        <Button
          tone="primary"
          icon="add"
          reason={may('project.create') ? null : 'Members of the organization make projects'}
          onClick={() => change({ new: 'project' })}
        >
          New project
        </Button>
      </PageHead>
      <ProjectTabs />
      <div className="full-width">
        <DataTable
          label="Projects"
          place="projects"
          pages={pages}
          columns={columns}
          href={(project) => `/projects/${project.slug}`}
          nameOf={(project) => project.name}
          groupOf={groupOf}
          groupOrder={group?.order}
          groupSummary={(column, members) => column.id === 'cost' && sumOf(members, costOf)}
          toolbar={
            <>
              <SearchBox label="Search projects" hint="Name or description" name="search" />
              <Choice label="Stage" any="Any stage" value={stage} options={stages} set={(one) => change({ stage: one })} />
              {paths.size > 0 && (
                <select aria-label="Folder" value={folder} onChange={(event) => change({ folder: event.target.value })}>
                  <option value="">Any folder</option>
                  {[...paths].map(([id, path]) => (
                    <option key={id} value={id}>
                      {path}
                    </option>
                  ))}
                </select>
              )}
              <Choice label="Status" any="Any status" value={status} options={statuses} set={(one) => change({ status: one })} />
              <select aria-label="Group by" value={group?.id ?? ''} onChange={(event) => change({ group: event.target.value })}>
                <option value="">Not grouped</option>
                {groupings.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.words}
                  </option>
                ))}
              </select>
            </>
          }
          empty={
            <Empty
              icon="projects"
              title={
                filtered ? 'No project fits.' : 'No project yet. A template brings code, an environment and a first training.'
              }
              {...(filtered ? {} : { code: 'npx plinth project create "My project" --template python-scikit-learn' })}
            />
          }
        />
      </div>
      <NewProject open={address.new === 'project'} close={() => change({ new: null }, 'replace')} />
    </>
  );
}

/** Ways to see the portfolio in parts. */
const groupings: {
  id: string;
  words: string;
  none: string;
  order?: readonly string[];
  of: (project: Project) => string | null;
}[] = [
  { id: 'stage', words: 'By stage', none: '', order: stages, of: (project) => project.stage },
  {
    id: 'status',
    words: 'By status',
    none: '',
    order: ['blocked', 'on hold', 'active', 'proposed', 'complete'],
    of: (project) => project.status.replaceAll('-', ' '),
  },
  { id: 'owner', words: 'By owner', none: 'Nobody', of: (project) => project.ownerName },
  { id: 'folder', words: 'By folder', none: 'In no folder', of: (project) => project.folderName },
];

/** What some projects cost together, where it is in one currency. */
function sumOf(projects: readonly Project[], costs: ReadonlyMap<string | null, Cost>): string {
  const all = projects.map((project) => costs.get(project.id)).filter((cost) => cost !== undefined);
  const [first] = all;
  if (!first || all.some((cost) => cost.currency !== first.currency)) return '';
  return money({ amount: all.reduce((sum, cost) => sum + cost.amount, 0), currency: first.currency });
}

function Choice({
  label,
  any,
  value,
  options,
  set,
}: {
  label: string;
  any: string;
  value: string;
  options: readonly string[];
  set: (value: string) => void;
}) {
  return (
    <select aria-label={label} value={value} onChange={(event) => set(event.target.value)}>
      <option value="">{any}</option>
      {options.map((one) => (
        <option key={one} value={one}>
          {one.replaceAll('-', ' ')}
        </option>
      ))}
    </select>
  );
}

/** Where in the arc, as a word and as dots. */
function Stage({ stage }: { stage: string }) {
  const at = stages.indexOf(stage as (typeof stages)[number]);
  return (
    <span className="row tight">
      <span className="dots" aria-hidden="true">
        {stages.map((one, index) => (
          <i key={one} className={index <= at ? 'on' : ''} />
        ))}
      </span>
      {stage}
    </span>
  );
}

function Goal({ goal }: { goal: Progress | undefined }) {
  if (!goal) return <span className="faint">none yet</span>;
  return (
    <span className="row tight goal-cell" title={goal.title}>
      {goal.metric === null || goal.value === null ? <StatusMark state={goalState(goal)} /> : <GoalBar goal={goal} />}
      <span className="clip">
        {goal.value === null
          ? goal.title
          : `${number(goal.value)} ${goal.direction === 'maximize' ? '≥' : '≤'} ${number(goal.target)}`}
      </span>
    </span>
  );
}

/** Of each project the first goal with a metric, or the first at all. */
function firstGoals(goals: readonly Progress[]): Map<string, Progress> {
  const found = new Map<string, Progress>();
  for (const goal of goals) {
    const held = found.get(goal.projectId);
    if (!held || (held.metric === null && goal.metric !== null)) found.set(goal.projectId, goal);
  }
  return found;
}

type Cost = { amount: number; currency: string };

function columnsOf(
  goals: Map<string, Progress>,
  costs: Map<string | null, Cost>,
  folders: Map<string, string>,
): DataColumn<Project>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 260,
      grow: true,
      sortable: true,
      cell: (project) => (
        <Link className="row-name" to={`/projects/${project.slug}` as '/'} title={project.description || project.name}>
          {project.name}
        </Link>
      ),
      value: (project) => project.name,
    },
    {
      id: 'stage',
      title: 'Stage',
      width: 170,
      cell: (project) => <Stage stage={project.stage} />,
      value: (project) => project.stage,
    },
    {
      id: 'status',
      title: 'Status',
      width: 110,
      cell: (project) => <StatusMark state={project.status} />,
      value: (project) => project.status,
    },
    {
      id: 'goal',
      title: 'Goal',
      width: 220,
      cell: (project) => <Goal goal={goals.get(project.id)} />,
      value: (project) => goals.get(project.id)?.title,
    },
    { id: 'owner', title: 'Owner', width: 150, cell: (project) => project.ownerName, value: (project) => project.ownerName },
    {
      id: 'cost',
      title: 'This month',
      width: 120,
      numeric: true,
      cell: (project) => money(costs.get(project.id) ?? null),
      value: (project) => costs.get(project.id)?.amount,
    },
    {
      id: 'updatedAt',
      title: 'Changed',
      width: 110,
      sortable: true,
      cell: (project) => <Time at={project.updatedAt} />,
      value: (project) => project.updatedAt,
    },
    {
      id: 'createdAt',
      title: 'Made',
      optional: true,
      sortable: true,
      cell: (project) => <Time at={project.createdAt} />,
      value: (project) => project.createdAt,
    },
    {
      id: 'goalValue',
      title: 'Goal value',
      optional: true,
      numeric: true,
      cell: (project) => number(goals.get(project.id)?.value),
      value: (project) => goals.get(project.id)?.value,
    },
    {
      id: 'folder',
      title: 'Folder',
      optional: true,
      cell: (project) => folders.get(project.folderId ?? '') ?? '–',
      value: (project) => folders.get(project.folderId ?? ''),
    },
    { id: 'slug', title: 'Slug', optional: true, cell: (project) => project.slug, value: (project) => project.slug },
    {
      id: 'role',
      title: 'Your role',
      optional: true,
      cell: (project) => project.myRole ?? '–',
      value: (project) => project.myRole,
    },
  ];
}

/** The order of a table, as the server takes it. */
function sortAsked(sort: string | undefined): { sort?: string } {
  const [, column, direction] = /^(name|createdAt|updatedAt) (asc|desc)$/.exec(sort ?? '') ?? [];
  return column ? { sort: direction === 'desc' ? `-${column}` : column } : {};
}
