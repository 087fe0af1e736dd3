import { type Static, Type } from 'typebox';
import { isFinished, type Workload, type WorkloadState } from '../compute/index.ts';
import { conflict, nullable, nullableTimestamp, oneOf, Problem, timestamp } from '../platform/index.ts';

/** What a person sees of a workspace; derived from the workload of its session, never stored. */
export const workspaceStates = {
  /** No session; files are kept. */
  stopped: { allows: ['start', 'delete'] },
  /** Its session waits for room, or its environment and code are being laid out. */
  starting: { allows: ['stop'] },
  /** The tool answers. */
  running: { allows: ['stop', 'open'] },
  /** A stop was asked for. */
  stopping: { allows: [] },
  /** The session ended by a fault, which is told; files are kept. */
  failed: { allows: ['start', 'delete'] },
} as const satisfies Record<string, { allows: readonly string[] }>;

export type WorkspaceState = keyof typeof workspaceStates;

export const workspaceCan = (action: 'start' | 'stop' | 'open' | 'delete', state: WorkspaceState): boolean =>
  (workspaceStates[state].allows as readonly string[]).includes(action);

/** The state of the session's workload, in a person's words. */
export function stateOf(workload: { state: WorkloadState } | null): WorkspaceState {
  if (!workload) return 'stopped';
  if (workload.state === 'running') return 'running';
  if (workload.state === 'stopping') return 'stopping';
  if (!isFinished(workload)) return 'starting';
  return ['failed', 'lost', 'oom-killed'].includes(workload.state) ? 'failed' : 'stopped';
}

export const workspaceSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  ownerId: Type.String(),
  ownerName: Type.String(),
  name: Type.String(),
  tool: Type.String(),
  branch: Type.String(),
  environment: nullable(Type.String()),
  hardwareTier: nullable(Type.String()),
  state: oneOf(Object.keys(workspaceStates) as readonly WorkspaceState[]),
  stateReason: nullable(Type.String()),
  workloadId: nullable(Type.String()),
  pricePerHour: nullable(Type.Number()),
  currency: nullable(Type.String()),
  createdAt: timestamp,
  lastStartedAt: nullableTimestamp,
});
export type Workspace = Static<typeof workspaceSchema>;

export const present = (
  row: Omit<Workspace, 'state' | 'stateReason' | 'pricePerHour' | 'currency'>,
  workload: Workload | null,
): Workspace => ({
  ...row,
  state: stateOf(workload),
  stateReason: workload?.stateReason ?? null,
  pricePerHour: workload?.pricePerHour ?? null,
  currency: workload?.currency ?? null,
});

export const unknownTool = (tool: string, tools: readonly string[]) =>
  new Problem(400, 'unknown-tool', `There is no tool "${tool}". There are: ${tools.join(', ')}.`, {
    errors: [{ pointer: '/tool', detail: `must be one of ${tools.join(', ')}` }],
  });

export const notNow = (action: string, workspace: Workspace) =>
  conflict(
    'workspace-state',
    `Workspace "${workspace.name}" is ${workspace.state}: it cannot ${action} now. Read it again in a moment.`,
  );

export const notYours = (workspace: { name: string }) =>
  new Problem(
    403,
    'not-your-workspace',
    `Workspace "${workspace.name}" belongs to somebody else: only its owner may enter it. Start one of your own.`,
  );

export const noContentOrigin = () =>
  conflict(
    'no-content-origin',
    'Tools need another host name than the main one. Set PLINTH_CONTENT_URL and try again; plinth doctor tests it.',
  );
