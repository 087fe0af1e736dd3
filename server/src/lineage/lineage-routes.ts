import { Type } from 'typebox';
import { type AnyRoute, route } from '../platform/index.ts';
import { parseRef } from './lineage.ts';
import { lineageSchema, readableLineage } from './readable-lineage.ts';

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
      asOf: Type.Optional(Type.String({ format: 'date-time', description: 'Only what was known at that time.' })),
    }),
    response: { 200: lineageSchema },
    handler: async (ctx, { query }) => {
      parseRef(query.node, 'query/node');
      return readableLineage(ctx, query.node, query.depth ?? 5, query.asOf);
    },
  }),
];
