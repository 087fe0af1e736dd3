import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { Button, Dialog, Problem, toast } from '../ui/kit.tsx';

export type Workspace = Output<'listWorkspaces'>['items'][number];

/** Opens the tool beside this page. The window is opened by the click itself, or browsers would block it. */
export function enter(workspace: Workspace): Promise<void> {
  const opened = window.open('about:blank', '_blank');
  return call('enterWorkspace', { workspace: workspace.id }).then(
    ({ url }) => {
      if (opened) opened.location.href = url;
      else window.location.href = url;
    },
    (problem) => {
      opened?.close();
      throw problem;
    },
  );
}

/** Open, start and stop of one workspace, each disabled with its reason. */
export function WorkspaceActions({ workspace, onError }: { workspace: Workspace; onError: (error: unknown) => void }) {
  const me = useCall('getMe');
  const [stopping, setStopping] = useState(false);
  const mine = workspace.ownerId === me.data?.id;
  const notMine = mine ? null : `Only ${workspace.ownerName} may do this`;
  const still = ['stopped', 'failed'].includes(workspace.state);
  const act = (work: Promise<unknown>): void => {
    work.then(() => void queries.invalidateQueries(), onError);
  };
  return (
    <span className="row tight actions">
      <Button
        tone="primary"
        icon="open"
        reason={notMine ?? (workspace.state === 'running' ? null : 'It is not running')}
        onClick={() => void enter(workspace).catch(onError)}
      >
        Open
      </Button>
      {still ? (
        <Button icon="play" reason={notMine} onClick={() => act(call('startWorkspace', { workspace: workspace.id }))}>
          Start
        </Button>
      ) : (
        <Button
          icon="stop"
          reason={workspace.state === 'stopping' ? 'It is being stopped' : null}
          onClick={() => setStopping(true)}
        >
          Stop
        </Button>
      )}
      {still && (
        <Button
          tone="quiet"
          icon="trash"
          aria-label={`Delete ${workspace.name}`}
          reason={notMine}
          onClick={() =>
            act(call('deleteWorkspace', { workspace: workspace.id }).then(() => toast(`${workspace.name} is in the trash.`)))
          }
        >
          Delete
        </Button>
      )}
      <StopDialog workspace={workspace} open={stopping} close={() => setStopping(false)} />
    </span>
  );
}

function StopDialog({ workspace, open, close }: { workspace: Workspace; open: boolean; close: () => void }) {
  const [error, setError] = useState<unknown>(null);
  return (
    <Dialog title={`Stop ${workspace.name}?`} open={open} close={close}>
      <div className="stack">
        <p>
          Files are kept and are there when it starts again. What is only in memory is lost: running kernels, terminals, and cells
          that were not saved.
        </p>
        {error !== null && <Problem error={error} />}
        <menu>
          <Button tone="quiet" onClick={close}>
            Go on working
          </Button>
          <Button
            tone="primary"
            icon="stop"
            onClick={() =>
              void call('stopWorkspace', { workspace: workspace.id }).then(() => {
                close();
                void queries.invalidateQueries();
              }, setError)
            }
          >
            Stop it
          </Button>
        </menu>
      </div>
    </Dialog>
  );
}
