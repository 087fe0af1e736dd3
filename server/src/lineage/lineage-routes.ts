import { Type } from 'typebox';
import { decide, inProject } from '../access/index.ts';
import { type AnyRoute, oneOf, route, timestamp } from '../platform/index.ts';
import { parseRef } from './lineage.ts';
import { edgesAround } from './lineage-store.ts';

const edgeSchema = Type.Object({
  from: Type.String(),
  to: Type.String(),
  kind: oneOf(['used', 'produced']),
  at: timestamp,
});

export const lineageRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/lineage',
    operationId: 'getLineage',
    summary: 'What a thing was made from and what was made from it',
    description:
      'Edges within `depth` hops of `node`, both ways. Edges of projects that you may not see are left out and counted in `hidden`.',
    permission: 'lineage.read',
    query: Type.Object({
      node: Type.String({ maxLength: 250 }),
      depth: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 5 })),
    }),
    response: { 200: Type.Object({ node: Type.String(), edges: Type.Array(edgeSchema), hidden: Type.Integer() }) },
    handler: async (ctx, { query }) => {
      parseRef(query.node, 'query/node');
      ctx.decided.add('lineage.read');
      const edges = await edgesAround(ctx.db, query.node, query.depth ?? 5, 2_000);
      const projects = [...new Set(edges.map((edge) => edge.projectId))];
      const readable = new Set<string>();
      for (const id of projects) if ((await decide(ctx, 'lineage.read', inProject('project', id, id))).allowed) readable.add(id);
      const shown = edges.filter((edge) => readable.has(edge.projectId));
      return { node: query.node, edges: shown, hidden: edges.length - shown.length };
    },
  }),
];
