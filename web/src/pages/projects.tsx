import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { Empty, Field, FormDialog, faultOf, Loaded, PageHead, StatusMark, Table, Time } from '../ui/kit.tsx';

export function Projects() {
  const navigate = useNavigate();
  const [search, setSearch] = useState(() => new URLSearchParams(window.location.search).get('search') ?? '');
  const [open, setOpen] = useState(false);
  const projects = useCall('listProjects', { limit: 200, ...(search ? { search } : {}) });
  const templates = useCall('listTemplates');
  const change = (word: string): void => {
    setSearch(word);
    window.history.replaceState(null, '', word ? `?search=${encodeURIComponent(word)}` : window.location.pathname);
  };
  return (
    <>
      <PageHead
        title="Projects"
        about="Everything belongs to one."
        code={{
          path: `/projects?limit=200${search ? `&search=${encodeURIComponent(search)}` : ''}`,
          cli: `npx plinth project list${search ? ` --search "${search}"` : ''}`,
        }}
      >
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          New project
        </button>
      </PageHead>
      <input
        aria-label="Search projects"
        placeholder="Search by name or description"
        value={search}
        onChange={(event) => change(event.target.value)}
        style={{ maxWidth: 360 }}
      />
      <Loaded query={projects}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title={search ? 'No project fits.' : 'No project yet. A template brings code, an environment and a first training.'}
              code={'npx plinth project create "My project" --template python-scikit-learn'}
            />
          ) : (
            <Table
              label="Projects"
              rows={data.items}
              open={(project) => void navigate({ to: `/projects/${project.slug}` as '/' })}
              columns={[
                { title: 'Name', cell: (project) => <strong>{project.name}</strong> },
                { title: 'Stage', cell: (project) => project.stage },
                { title: 'Status', cell: (project) => <StatusMark state={project.status} /> },
                { title: 'Goal', cell: (project) => project.goal ?? <span className="faint">none yet</span> },
                { title: 'Owner', cell: (project) => project.ownerName },
                { title: 'Changed', cell: (project) => <Time at={project.updatedAt} /> },
              ]}
            />
          )
        }
      </Loaded>
      <FormDialog
        title="New project"
        action="Make project"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const text = (name: string): string | undefined => String(form.get(name) ?? '').trim() || undefined;
          const goal = text('goal');
          const metric = text('metric');
          const target = text('target');
          const template = text('template');
          const gitUrl = text('gitUrl');
          const made = await call('createProject', {
            body: {
              name: text('name') ?? '',
              ...(template ? { template } : {}),
              ...(gitUrl ? { gitUrl } : {}),
              ...(goal
                ? { goal: { title: goal, ...(metric ? { metric } : {}), ...(target ? { target: Number(target) } : {}) } }
                : {}),
            },
          });
          void queries.invalidateQueries();
          void navigate({ to: `/projects/${made.slug}` as '/' });
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required maxLength={120} />
            </Field>
            <Field label="Begin with" error={faultOf(error, 'template')}>
              <select name="template" defaultValue={templates.data?.items[0]?.name ?? ''}>
                {(templates.data?.items ?? []).map((template) => (
                  <option key={template.name} value={template.name}>
                    {template.title}
                  </option>
                ))}
                <option value="">An empty repository, or the git address below</option>
              </select>
            </Field>
            <Field label="Git address (instead of a template)" error={faultOf(error, 'gitUrl')}>
              <input name="gitUrl" type="url" placeholder="https://…" />
            </Field>
            <Field label="Goal: what is it for?" error={faultOf(error, 'goal')}>
              <input name="goal" maxLength={200} />
            </Field>
            <div className="row">
              <Field label="Metric">
                <input name="metric" placeholder="test_roc_auc" />
              </Field>
              <Field label="Target">
                <input name="target" type="number" step="any" />
              </Field>
            </div>
          </>
        )}
      </FormDialog>
    </>
  );
}
