import { createHash } from 'node:crypto';
import { buildRevision, createEnvironment, findByName, revisionsOf } from '../environments/index.ts';
import { type Context, systemActor } from '../platform/index.ts';
import type { Tool } from './tools.ts';

/** The environment of a tool, shared by all: built at the first session that needs it, and again when its packages change. @returns the revision */
export async function ensureToolEnvironment(tx: Context, tool: Tool): Promise<string> {
  const system: Context = { ...tx, actor: systemActor };
  const name = `tool ${tool.name} ${createHash('sha256').update(tool.packages.join('\n')).digest('hex').slice(0, 8)}`;
  const environment =
    (await findByName(system, null, name)) ??
    (await createEnvironment(system, {
      name,
      description: `What ${tool.title} itself needs. Kernels run in the project’s environment.`,
    }));
  const revisions = await revisionsOf(system, environment.id, 20);
  const usable = revisions.find((revision) => revision.state === 'ready' || revision.state === 'building');
  return (usable ?? (await buildRevision(system, environment.id, { packages: [...tool.packages] }))).id;
}
