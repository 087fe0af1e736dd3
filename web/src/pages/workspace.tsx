import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall, useCallIf } from '../api.ts';
import { duration, money, perHour } from '../ui/format.ts';
import { Empty, Icon, Loaded, PageHead, Panel, Problem, Short, StatusMark, Time } from '../ui/kit.tsx';
import { LogViewer } from '../ui/log-viewer.tsx';
import { useNow } from './job-phases.tsx';
import { sizeText } from './tier-text.ts';
import { WorkspaceActions, type Workspace as WorkspaceData } from './workspace-actions.tsx';

/** One workspace: how far its start is, what it said meanwhile, what it costs. An old link to its tool ends here, not in an error. */
export function Workspace() {
  const { workspace: id } = useParams({ strict: false }) as { workspace: string };
  const workspace = useCall('getWorkspace', { workspace: id });
  return (
    <Loaded query={workspace} rows={8} page>
      {(data) => <Page workspace={data} />}
    </Loaded>
  );
}

/** What each state means for the reader, and what to do next. */
const guidance: Record<WorkspaceData['state'], { says: string; tone: '' | 'bad' | 'ok' }> = {
  starting: {
    says: 'It is getting ready: environment, code, then the tool. The first start of an environment takes longer.',
    tone: '',
  },
  running: { says: 'It runs. Open brings you into the tool, in a tab of its own.', tone: 'ok' },
  stopping: { says: 'It is being stopped. Files are kept.', tone: '' },
  stopped: { says: 'It is stopped and costs nothing. Its files are kept: start it to go on where you were.', tone: '' },
  failed: {
    says: 'Its session ended by a fault. Its files are kept: the log below says why, and it can be started again.',
    tone: 'bad',
  },
};

function Page({ workspace }: { workspace: WorkspaceData }) {
  const [error, setError] = useState<unknown>(null);
  const workload = useCallIf(workspace.workloadId !== null, 'getWorkload', { workload: workspace.workloadId ?? '' });
  const { says, tone } = guidance[workspace.state];
  const live = ['starting', 'running', 'stopping'].includes(workspace.state);
  const now = useNow(live);
  const session = workload.data;
  const spent =
    session?.startedAt && !session.finishedAt
      ? { ...session.cost, amount: (session.pricePerHour * (now - Date.parse(session.startedAt))) / 3_600_000 }
      : (session?.cost ?? null);
  return (
    <>
      <PageHead
        title={workspace.name}
        about={
          <span className="row tight">
            <StatusMark state={workspace.state} />
            <span>
              {workspace.tool}, of {workspace.ownerName}
            </span>
          </span>
        }
        code={{ path: `/workspaces/${workspace.id}`, cli: `npx plinth workspace open ${workspace.id}` }}
      >
        <WorkspaceActions workspace={workspace} onError={setError} />
      </PageHead>
      {error !== null && <Problem error={error} />}
      <p className={`notice ${tone}`} role="status">
        <Icon name={workspace.state === 'starting' ? 'clock' : 'workspaces'} />
        <span>
          {says}
          {workspace.stateReason && <span className="reason">{workspace.stateReason}</span>}
        </span>
      </p>
      <div className="columns">
        <Panel title="What its session said">
          {workspace.workloadId ? (
            <LogViewer path={`/api/v1/workloads/${workspace.workloadId}/logs`} over={!live} />
          ) : (
            <Empty title="It was never started." />
          )}
        </Panel>
        <Panel title="Facts">
          <dl className="facts">
            <dt>Cost</dt>
            <dd className="tabular">
              {money(spent)} this session <span className="faint">at {perHour(workspace.pricePerHour, workspace.currency)}</span>
            </dd>
            <dt>Runs for</dt>
            <dd className="tabular">{session ? duration(session.startedAt, session.finishedAt, now) : '–'}</dd>
            <dt>Ready after</dt>
            <dd className="tabular">{session?.startedAt ? duration(session.queuedAt, session.startedAt) : '–'}</dd>
            <dt>Tier</dt>
            <dd>
              {workspace.hardwareTier ?? session?.tier.name ?? 'the default'}
              {session && <span className="faint">, {sizeText(session.tier)}</span>}
            </dd>
            <dt>Environment</dt>
            <dd>{workspace.environment ?? 'the project’s default'}</dd>
            <dt>Branch</dt>
            <dd className="mono">{workspace.branch}</dd>
            <dt>Made</dt>
            <dd>
              <Time at={workspace.createdAt} />
            </dd>
            <dt>Id</dt>
            <dd>
              <Short value={workspace.id} what="the workspace’s id" length={14} />
            </dd>
          </dl>
        </Panel>
      </div>
    </>
  );
}
