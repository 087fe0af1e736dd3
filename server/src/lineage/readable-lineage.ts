import { type Static, Type } from 'typebox';
import { decide, inProject } from '../access/index.ts';
import { type Context, oneOf, timestamp } from '../platform/index.ts';
import { edgesAround } from './lineage-store.ts';

const edgeSchema = Type.Object({
  from: Type.String(),
  to: Type.String(),
  kind: oneOf(['used', 'produced']),
  at: timestamp,
});

export const lineageSchema = Type.Object({
  node: Type.String(),
  edges: Type.Array(edgeSchema),
  hidden: Type.Integer({ description: 'Edges of projects that you may not see.' }),
});

/** The edges around a node that the caller may see; the others are counted only. */
export async function readableLineage(
  ctx: Context,
  node: string,
  depth: number,
  asOf?: string,
): Promise<Static<typeof lineageSchema>> {
  ctx.decided.add('lineage.read');
  const edges = await edgesAround(ctx.db, node, { depth, limit: 2_000, asOf });
  const projects = [...new Set(edges.map((edge) => edge.projectId))];
  const readable = new Set<string>();
  for (const id of projects) if ((await decide(ctx, 'lineage.read', inProject('project', id, id))).allowed) readable.add(id);
  const shown = edges.filter((edge) => readable.has(edge.projectId));
  return { node, edges: shown, hidden: edges.length - shown.length };
}
