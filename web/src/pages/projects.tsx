import type { Output } from '@plinth/sdk';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCall } from '../api.ts';
import { useMay } from '../names.ts';
import { money, number } from '../ui/format.ts';
import { Button, Empty, Loaded, PageHead, StatusMark, Table, Time } from '../ui/kit.tsx';
import { useUrl } from '../url.ts';
import { saveCsv } from './csv.ts';
import { NewProject } from './new-project.tsx';
import { GoalBar, goalState, type Progress } from './project-goals.tsx';
import { stages, statuses } from './project-stage.tsx';

type Project = Output<'listProjects'>['items'][number];
const order: Record<string, string> = { '': 'Last changed', name: 'Name', '-createdAt': 'Newest' };

export function Projects() {
  const navigate = useNavigate();
  const may = useMay();
  const { value, change } = useUrl();
  const [search, stage, status, sort, owner] = [value('search'), value('stage'), value('status'), value('sort'), value('owner')];
  const asked = {
    limit: 1000,
    ...(search ? { search } : {}),
    ...(stage ? { stage: stage as Project['stage'] } : {}),
    ...(status ? { status: status as Project['status'] } : {}),
    ...(sort ? { sort } : {}),
  };
  const projects = useCall('listProjects', asked);
  const goals = useCall('listGoalProgress');
  const costs = useCall('listCosts', { by: 'project' });
  const goalOf = useMemo(() => firstGoals(goals.data?.items ?? []), [goals.data]);
  const costOf = new Map((costs.data?.items ?? []).map((item) => [item.key, item]));
  const owners = [...new Set((projects.data?.items ?? []).map((project) => project.ownerName))].sort();
  const query = new URLSearchParams(Object.entries(asked).map(([name, one]) => [name, String(one)]));
  const filtered = search || stage || status || owner;
  const rows = (projects.data?.items ?? []).filter((project) => !owner || project.ownerName === owner);
  return (
    <>
      <PageHead
        title="Projects"
        about="Everything belongs to one."
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
      <div className="filters">
        <input
          type="search"
          aria-label="Search projects"
          placeholder="Search by name or description"
          value={search}
          onChange={(event) => change({ search: event.target.value }, 'replace')}
        />
        <Choice label="Stage" any="Any stage" value={stage} options={stages} set={(one) => change({ stage: one })} />
        <Choice label="Status" any="Any status" value={status} options={statuses} set={(one) => change({ status: one })} />
        <Choice label="Owner" any="Any owner" value={owner} options={owners} set={(one) => change({ owner: one })} />
        <select aria-label="Sort" value={sort} onChange={(event) => change({ sort: event.target.value })}>
          {Object.entries(order).map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
        <span className="grow" />
        <Button
          tone="quiet"
          icon="download"
          reason={rows.length === 0 && 'Nothing to save'}
          onClick={() => save(rows, goalOf, costOf)}
        >
          CSV
        </Button>
      </div>
      <Loaded query={projects} rows={8}>
        {() =>
          rows.length === 0 ? (
            <Empty
              icon="projects"
              title={
                filtered ? 'No project fits.' : 'No project yet. A template brings code, an environment and a first training.'
              }
              {...(filtered ? {} : { code: 'npx plinth project create "My project" --template python-scikit-learn' })}
            />
          ) : (
            <Table
              label="Projects"
              rows={rows}
              open={(project) => void navigate({ to: `/projects/${project.slug}` as '/' })}
              columns={[
                {
                  title: 'Name',
                  cell: (project) => (
                    <Link
                      className="row-name"
                      to={`/projects/${project.slug}` as '/'}
                      title={project.description || project.name}
                    >
                      {project.name}
                    </Link>
                  ),
                },
                { title: 'Stage', cell: (project) => <Stage stage={project.stage} /> },
                { title: 'Status', cell: (project) => <StatusMark state={project.status} /> },
                { title: 'Goal', cell: (project) => <Goal goal={goalOf.get(project.id)} /> },
                { title: 'Owner', cell: (project) => project.ownerName },
                { title: 'This month', cell: (project) => money(costOf.get(project.id) ?? null), numeric: true },
                { title: 'Changed', cell: (project) => <Time at={project.updatedAt} /> },
              ]}
            />
          )
        }
      </Loaded>
      <NewProject open={value('new') === 'project'} close={() => change({ new: null }, 'replace')} />
    </>
  );
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

function save(
  rows: readonly Project[],
  goals: Map<string, Progress>,
  costs: Map<string | null, { amount: number; currency: string }>,
): void {
  saveCsv('projects.csv', [
    ['name', 'slug', 'stage', 'status', 'owner', 'goal', 'goal value', 'goal target', 'cost this month', 'currency', 'changed'],
    ...rows.map((project) => {
      const goal = goals.get(project.id);
      const cost = costs.get(project.id);
      return [
        project.name,
        project.slug,
        project.stage,
        project.status,
        project.ownerName,
        goal?.title,
        goal?.value,
        goal?.target,
        cost?.amount,
        cost?.currency,
        project.updatedAt,
      ];
    }),
  ]);
}
