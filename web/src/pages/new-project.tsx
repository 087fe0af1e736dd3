import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { here } from '../base.ts';
import { CodeBlock, Field, FormDialog, faultOf } from '../ui/kit.tsx';

/** Where a project begins: with a template, with a repository that is there already, or with nothing. */
export function NewProject({ open, close }: { open: boolean; close: () => void }) {
  const navigate = useNavigate();
  const templates = useCall('listTemplates');
  const folders = useCall('listFolders', { limit: 1000 });
  const [name, setName] = useState('');
  const [begin, setBegin] = useState<string | null>(null);
  const offered = templates.data?.items ?? [];
  const chosen = begin ?? offered[0]?.name ?? 'nothing';
  const likes = useCall('listProjects', { limit: 3, ...(name.trim().length > 2 ? { search: name.trim() } : {}) });
  const similar = name.trim().length > 2 ? (likes.data?.items ?? []) : [];
  return (
    <FormDialog
      title="New project"
      action="Make project"
      open={open}
      close={close}
      submit={async (form) => {
        const text = (field: string): string => String(form.get(field) ?? '').trim();
        const goal = text('goal');
        const made = await call('createProject', {
          body: {
            name: text('name'),
            ...(text('description') ? { description: text('description') } : {}),
            ...(text('folderId') ? { folderId: text('folderId') } : {}),
            ...(chosen === 'git' ? { gitUrl: text('gitUrl') } : chosen === 'nothing' ? {} : { template: chosen }),
            ...(goal
              ? {
                  goal: {
                    title: goal,
                    direction: text('direction') as 'maximize',
                    ...(text('metric') ? { metric: text('metric') } : {}),
                    ...(text('target') ? { target: Number(text('target')) } : {}),
                  },
                }
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
            <input name="name" required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          {similar.length > 0 && (
            <p className="soft" role="status">
              There is something alike:{' '}
              {similar.map((project) => (
                <a key={project.id} href={here(`/projects/${project.slug}`)} target="_blank" rel="noreferrer">
                  {project.name}
                </a>
              ))}
            </p>
          )}
          <Field label="What is it about?" error={faultOf(error, 'description')}>
            <input name="description" maxLength={5000} />
          </Field>
          {(folders.data?.items.length ?? 0) > 0 && (
            <Field label="Folder" error={faultOf(error, 'folderId')} hint="Roles of the folder reach into the project.">
              <select name="folderId">
                <option value="">none</option>
                {folders.data!.items.map((folder) => (
                  <option key={folder.id} value={folder.id}>
                    {folder.path.join(' / ')}
                  </option>
                ))}
              </select>
            </Field>
          )}
          <fieldset className="choices">
            <legend>Begin with</legend>
            {offered.map((template) => (
              <BeginCard
                key={template.name}
                value={template.name}
                chosen={chosen}
                choose={setBegin}
                title={template.title}
                about={template.description}
              />
            ))}
            <BeginCard
              value="git"
              chosen={chosen}
              choose={setBegin}
              title="A git address"
              about="Its files, and an environment read from requirements.txt, pyproject.toml or conda.yaml."
            />
            <BeginCard
              value="nothing"
              chosen={chosen}
              choose={setBegin}
              title="An empty repository"
              about="Push what you have."
            />
          </fieldset>
          {chosen === 'git' && (
            <Field label="Git address" error={faultOf(error, 'gitUrl')}>
              <input name="gitUrl" type="url" required placeholder="https://…" />
            </Field>
          )}
          <Field
            label="Goal: what is to be reached?"
            error={faultOf(error, 'goal')}
            hint="With a metric its progress is read from runs."
          >
            <input name="goal" maxLength={200} />
          </Field>
          <div className="form-row">
            <Field label="Metric">
              <input name="metric" placeholder="test_roc_auc" />
            </Field>
            <Field label="Better is">
              <select name="direction">
                <option value="maximize">more</option>
                <option value="minimize">less</option>
              </select>
            </Field>
            <Field label="Target">
              <input name="target" type="number" step="any" />
            </Field>
          </div>
          <div>
            <div className="caption">The same from a terminal</div>
            <CodeBlock>{`npx plinth project create "${name || 'My project'}"${
              chosen === 'git' ? ' --git https://…' : chosen === 'nothing' ? '' : ` --template ${chosen}`
            }`}</CodeBlock>
          </div>
        </>
      )}
    </FormDialog>
  );
}

function BeginCard({
  value,
  chosen,
  choose,
  title,
  about,
}: {
  value: string;
  chosen: string;
  choose: (value: string) => void;
  title: string;
  about: string;
}) {
  return (
    <label className="choice">
      <input type="radio" name="begin" value={value} checked={chosen === value} onChange={() => choose(value)} />
      <span>
        <strong>{title}</strong>
        <span className="soft">{about}</span>
      </span>
    </label>
  );
}
