import { queueWorkload } from '../compute/index.ts';
import { resolveEnvironment } from '../environments/index.ts';
import { newId } from '../kit/ids.ts';
import { ref } from '../lineage/index.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { findProject, openProject } from '../projects/index.ts';
import { headCommit } from '../repos/index.ts';
import { openWorkspace } from './open-workspace.ts';
import { ensureToolEnvironment } from './tool-environment.ts';
import { findTool, tools } from './tools.ts';
import { notNow, notYours, present, unknownTool, type Workspace, workspaceCan } from './workspace.ts';
import { insertWorkspace, lockWorkspace, setSession, type WorkspaceRow } from './workspace-store.ts';

export interface NewWorkspace {
  tool: string;
  name?: string;
  /** Environment by id or name, or `base`; the project's default when left out. */
  environment?: string;
  /** Hardware tier by id or name; the default tier when left out. */
  hardwareTier?: string;
  /** Branch that the code folder begins on. */
  branch?: string;
}

/** Where a workspace begins that was made for a purpose. The commit and the snapshots are of the project: the caller sees to it. */
export interface Beginning {
  commit?: string | null;
  patchSha256?: string | null;
  inputs?: WorkspaceRow['inputs'];
  /** `<name of an input>/<path>`: copied into the code folder at the first start, and opened. */
  beginWith?: string;
}

/** Makes a workspace of the caller's own in a project, and starts its first session. */
export async function createWorkspace(
  ctx: Context,
  project: string,
  input: NewWorkspace,
  beginning: Beginning = {},
): Promise<Workspace> {
  const { id: projectId } = await openProject(ctx, project, 'workspace.use', { forWork: true });
  const tool = findTool(input.tool);
  if (!tool) {
    throw unknownTool(
      input.tool,
      tools.map((one) => one.name),
    );
  }
  return transaction(ctx, async (tx) => {
    const id = newId('wsp');
    await insertWorkspace(tx, {
      id,
      projectId,
      ownerId: ctx.actor.id,
      name: input.name ?? tool.title,
      tool: tool.name,
      branch: input.branch ?? 'main',
      environment: input.environment ?? null,
      hardwareTier: input.hardwareTier ?? null,
      commit: beginning.commit ?? null,
      patchSha256: beginning.patchSha256 ?? null,
      inputs: beginning.inputs ?? [],
      beginWith: beginning.beginWith ?? null,
    });
    const workspace = await startSession(tx, id);
    await emit(tx, { verb: 'workspace.created', object: { type: 'workspace', id, projectId }, data: workspace });
    return workspace;
  });
}

/** Starts a new session of a stopped workspace on the files that it kept. */
export async function startWorkspace(ctx: Context, id: string): Promise<Workspace> {
  const { row } = await openWorkspace(ctx, id, 'workspace.use');
  if (row.ownerId !== ctx.actor.id) throw notYours(row);
  await openProject(ctx, row.projectId, 'workspace.use', { forWork: true });
  return transaction(ctx, async (tx) => {
    await lockWorkspace(tx, id);
    const { workspace } = await openWorkspace(tx, id, 'workspace.use');
    if (!workspaceCan('start', workspace.state)) throw notNow('start', workspace);
    return startSession(tx, id);
  });
}

async function startSession(tx: Context, id: string): Promise<Workspace> {
  const row = (await lockWorkspace(tx, id))!;
  const project = (await findProject(tx, row.projectId))!;
  const environment = await resolveEnvironment(tx, project, row.environment ?? undefined);
  const toolRevisionId = await ensureToolEnvironment(tx, findTool(row.tool)!);
  const workload = await queueWorkload(tx, {
    kind: 'workspace',
    subject: ref('workspace', id),
    projectId: row.projectId,
    ownerId: row.ownerId,
    name: row.name,
    ...(row.hardwareTier ? { hardwareTier: row.hardwareTier } : {}),
    environmentDigest: environment.digest,
    context: {
      workspaceId: id,
      commit: row.commit ?? (await headCommit(tx, row.projectId, row.branch)),
      environmentRevisionId: environment.revisionId,
      environmentDigest: environment.digest,
      toolRevisionId,
      inputs: row.inputs,
    },
  });
  await setSession(tx, id, workload.id);
  return present({ ...row, workloadId: workload.id }, workload);
}
