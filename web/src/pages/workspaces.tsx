import type { Output } from '@plinth/sdk';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { bytes } from '../ui/format.ts';
import { Empty, Field, FormDialog, faultOf, Loaded, PageHead, Problem, StatusMark, Table, Time } from '../ui/kit.tsx';
import { ProjectFrame } from './project-frame.tsx';

type Workspace = Output<'listWorkspaces'>['items'][number];

function WorkspaceTable({ rows }: { rows: Workspace[] }) {
  const me = useCall('getMe');
  const [error, setError] = useState<unknown>(null);
  const act = (work: Promise<unknown>): void => {
    setError(null);
    work.then(() => queries.invalidateQueries(), setError);
  };
  const enter = (id: string): void => {
    // The window is opened by the click itself, or browsers would block it.
    const opened = window.open('about:blank', '_blank');
    call('enterWorkspace', { workspace: id }).then(
      ({ url }) => {
        if (opened) opened.location.href = url;
        else window.location.href = url;
      },
      (problem) => {
        opened?.close();
        setError(problem);
      },
    );
  };
  return (
    <>
      {error !== null && <Problem error={error} />}
      <Table
        label="Workspaces"
        rows={rows}
        columns={[
          { title: 'State', cell: (row) => <StatusMark state={row.state} /> },
          { title: 'Name', cell: (row) => <strong>{row.name}</strong> },
          { title: 'Owner', cell: (row) => row.ownerName },
          {
            title: 'Price',
            cell: (row) => (row.pricePerHour === null ? '–' : `${row.pricePerHour} ${row.currency}/h`),
            numeric: true,
          },
          { title: 'Started', cell: (row) => <Time at={row.lastStartedAt} /> },
          {
            title: 'Note',
            cell: (row) => (
              <span className="soft" title={row.stateReason ?? ''}>
                {row.stateReason ?? ''}
              </span>
            ),
          },
          {
            title: 'Actions',
            cell: (row) => {
              const mine = row.ownerId === me.data?.id;
              const why = mine ? '' : 'Only its owner may enter it';
              return (
                <span className="row" style={{ flexWrap: 'nowrap' }}>
                  <button
                    type="button"
                    className="primary"
                    disabled={!mine || row.state !== 'running'}
                    title={why || (row.state === 'running' ? '' : 'Start it first')}
                    onClick={() => enter(row.id)}
                  >
                    Open
                  </button>
                  {['stopped', 'failed'].includes(row.state) ? (
                    <button
                      type="button"
                      disabled={!mine}
                      title={why}
                      onClick={() => act(call('startWorkspace', { workspace: row.id }))}
                    >
                      Start
                    </button>
                  ) : (
                    <button
                      type="button"
                      disabled={row.state === 'stopping'}
                      title="Files are kept"
                      onClick={() => act(call('stopWorkspace', { workspace: row.id }))}
                    >
                      Stop
                    </button>
                  )}
                </span>
              );
            },
          },
        ]}
      />
    </>
  );
}

export function AllWorkspaces() {
  const workspaces = useCall('listWorkspaces', { limit: 100 });
  return (
    <>
      <PageHead
        title="Workspaces"
        about="Sessions in a tool, on a project’s code and environment."
        code={{ path: '/workspaces', cli: 'npx plinth workspace list' }}
      />
      <Loaded query={workspaces}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="No workspace yet. Start one in a project, under Workspaces."
              code="npx plinth workspace start -p my-project jupyterlab"
            />
          ) : (
            <WorkspaceTable rows={data.items} />
          )
        }
      </Loaded>
    </>
  );
}

export function ProjectWorkspaces() {
  const { project: slug } = useParams({ strict: false }) as { project: string };
  const workspaces = useCall('listProjectWorkspaces', { project: slug, limit: 100 });
  const tools = useCall('listWorkspaceTools');
  const tiers = useCall('listHardwareTiers');
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/projects/${slug}/workspaces`, cli: `npx plinth workspace list -p ${slug}` }}
      action={
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          Start a workspace
        </button>
      }
    >
      <Loaded query={workspaces}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="No workspace yet. JupyterLab opens on this project’s code and environment; files are kept when it stops."
              code={`npx plinth workspace start -p ${slug} jupyterlab`}
            />
          ) : (
            <WorkspaceTable rows={data.items} />
          )
        }
      </Loaded>
      <FormDialog
        title="Start a workspace"
        action="Start"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          await call('createWorkspace', {
            project: slug,
            body: { tool: String(form.get('tool')), hardwareTier: String(form.get('hardwareTier')) },
          });
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <>
            <Field label="Tool" error={faultOf(error, 'tool')}>
              <select name="tool">
                {(tools.data?.items ?? []).map((tool) => (
                  <option key={tool.name} value={tool.name}>
                    {tool.title}
                  </option>
                ))}
              </select>
            </Field>
            <Field label="Hardware tier" error={faultOf(error, 'hardwareTier')}>
              <select name="hardwareTier">
                {(tiers.data?.items ?? []).map((tier) => (
                  <option key={tier.id} value={tier.name}>
                    {tier.name}: {tier.cpuCores} cores, {bytes(tier.memoryBytes)}, {tier.pricePerHour} {tier.currency}/h
                  </option>
                ))}
              </select>
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}
