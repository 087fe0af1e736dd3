import { join } from 'node:path';
import { readForeignFolder } from '../kit/foreign-files.ts';
import { LRUCache } from '../kit/lru-cache.ts';
import { makeContentTicket } from '../people/index.ts';
import { type Context, transaction } from '../platform/index.ts';
import { openWorkspace } from './open-workspace.ts';
import { findTool } from './tools.ts';
import { noContentOrigin, notNow, notYours, type Workspace, workspaceCan } from './workspace.ts';

export interface ToolTarget {
  workspace: Workspace;
  /** Null while the tool does not answer. */
  target: { port: number; authorization: string } | null;
}

/** A link into the running tool on the content origin, good once and for a minute. */
export async function makeEntry(ctx: Context, id: string): Promise<{ url: string }> {
  const { workspace } = await openOwnWorkspace(ctx, id);
  if (!workspaceCan('open', workspace.state) && workspace.state !== 'starting') throw notNow('be opened', workspace);
  const { publicUrl, contentUrl } = ctx.platform.config;
  if (new URL(publicUrl).hostname === new URL(contentUrl).hostname) throw noContentOrigin();
  const ticket = await transaction(ctx, (tx) => makeContentTicket(tx, `workspace:${id}`));
  return { url: `${contentUrl}/enter/workspaces/${id}?ticket=${ticket}` };
}

const runtimeFileBytes = 64 * 1024;
const targets = new LRUCache<{ port: number; authorization: string }>(1_000, 5_000);

/** The workspace with its session, for its owner only. @throws 403, 404 */
export async function openOwnWorkspace(ctx: Context, id: string) {
  const opened = await openWorkspace(ctx, id, 'workspace.use');
  if (opened.row.ownerId !== ctx.actor.id) throw notYours(opened.row);
  return opened;
}

/** Where the tool of a workspace listens, for its owner only. @throws 403, 404 */
export async function openTool(ctx: Context, id: string): Promise<ToolTarget> {
  const { row, workload, workspace } = await openOwnWorkspace(ctx, id);
  if (workspace.state !== 'running' || !workload?.folder) return { workspace, target: null };
  const key = `${workload.id} ${workload.fence}`;
  const known = targets.get(key);
  if (known) return { workspace, target: known };
  const tool = findTool(row.tool)!;
  // The session's own user writes there.
  const told = readForeignFolder(join(workload.folder, 'session/run'), /\.json$/, runtimeFileBytes);
  const target = tool.listening(told);
  if (!target || !(await answers(target, `/w/${id}/${tool.readyPath}`))) return { workspace, target: null };
  targets.set(key, target);
  return { workspace, target };
}

async function answers(target: { port: number; authorization: string }, path: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${target.port}${path}`, {
      headers: { authorization: target.authorization },
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok;
  } catch {
    return false;
  }
}
