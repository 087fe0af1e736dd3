import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { workReason } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { perHour } from '../ui/format.ts';
import { Button, CodeBlock, Empty, Field, FormDialog, faultOf } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { ProjectFrame, useSlug } from './project-frame.tsx';
import { tierText } from './tier-text.ts';
import { moving, WorkspaceTable } from './workspace-table.tsx';

export function ProjectWorkspaces() {
  const slug = useSlug();
  const [address, change] = useAddress();
  const project = useCall('getProject', { project: slug });
  const pages = usePages('listProjectWorkspaces', { project: slug }, { isMoving: moving });
  return (
    <ProjectFrame
      about="A tool on this project’s code and environment. Files are kept when it stops."
      code={{ path: `/projects/${slug}/workspaces`, cli: `npx plinth workspace list -p ${slug}` }}
      action={
        <Button tone="primary" icon="play" reason={workReason(project.data?.myRole)} onClick={() => change({ new: 'workspace' })}>
          Start a workspace
        </Button>
      }
    >
      <WorkspaceTable
        pages={pages}
        place={`workspaces:${slug}`}
        empty={<Empty icon="workspaces" title="No workspace yet." code={`npx plinth workspace start -p ${slug} jupyterlab`} />}
      />
      {address.new === 'workspace' && <StartDialog slug={slug} close={() => change({ new: null }, 'replace')} />}
    </ProjectFrame>
  );
}

function StartDialog({ slug, close }: { slug: string; close: () => void }) {
  const navigate = useNavigate();
  const tools = useCall('listWorkspaceTools');
  const tiers = useCall('listHardwareTiers', { limit: 1000 });
  const environments = useCall('listEnvironments', { project: slug, limit: 100 });
  const usable = (tiers.data?.items ?? []).filter((tier) => tier.state === 'enabled');
  const [draft, setDraft] = useState({ tool: '', tier: '', environment: '', branch: '' });
  const tool = draft.tool || (tools.data?.items[0]?.name ?? '');
  const tier = usable.find((one) => one.name === draft.tier) ?? usable.find((one) => one.isDefault) ?? usable[0];
  return (
    <FormDialog
      title="Start a workspace"
      action="Start"
      open
      close={close}
      submit={async (form) => {
        const name = String(form.get('name') ?? '').trim();
        const made = await call('createWorkspace', {
          project: slug,
          body: {
            tool,
            ...(name ? { name } : {}),
            ...(tier ? { hardwareTier: tier.name } : {}),
            ...(draft.environment ? { environment: draft.environment } : {}),
            ...(draft.branch ? { branch: draft.branch } : {}),
          },
        });
        void queries.invalidateQueries();
        void navigate({ to: `/workspaces/${made.id}` as '/' });
      }}
    >
      {(error) => (
        <>
          <fieldset className="choices">
            <legend>Tool</legend>
            {(tools.data?.items ?? []).map((one) => (
              <label key={one.name} className="choice">
                <input
                  type="radio"
                  name="tool"
                  value={one.name}
                  checked={tool === one.name}
                  onChange={() => setDraft({ ...draft, tool: one.name })}
                />
                <span>
                  <strong>{one.title}</strong>
                  <span className="soft">Opens in a tab of its own</span>
                </span>
              </label>
            ))}
          </fieldset>
          <Field
            label="Hardware tier"
            error={faultOf(error, 'hardwareTier')}
            hint={tier ? `${perHour(tier.pricePerHour, tier.currency)} while it runs; a stopped workspace costs nothing.` : ''}
          >
            <select value={tier?.name ?? ''} onChange={(event) => setDraft({ ...draft, tier: event.target.value })}>
              {usable.map((one) => (
                <option key={one.id} value={one.name}>
                  {one.name}: {tierText(one)}
                </option>
              ))}
            </select>
          </Field>
          <div className="form-row">
            <Field label="Environment" error={faultOf(error, 'environment')}>
              <select value={draft.environment} onChange={(event) => setDraft({ ...draft, environment: event.target.value })}>
                <option value="">The project’s default</option>
                {(environments.data?.items ?? []).map((environment) => (
                  <option key={environment.id} value={environment.name}>
                    {environment.name}
                  </option>
                ))}
              </select>
            </Field>
            <Field label="Branch" error={faultOf(error, 'branch')}>
              <input
                className="mono"
                placeholder="main"
                value={draft.branch}
                onChange={(event) => setDraft({ ...draft, branch: event.target.value })}
              />
            </Field>
          </div>
          <Field label="Name" error={faultOf(error, 'name')}>
            <input name="name" maxLength={120} placeholder="The tool’s name, when left empty" />
          </Field>
          <div>
            <div className="caption">The same from a terminal</div>
            <CodeBlock>{`npx plinth workspace start -p ${slug} ${tool}`}</CodeBlock>
          </div>
        </>
      )}
    </FormDialog>
  );
}
