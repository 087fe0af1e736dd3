import { sql } from 'kysely';
import { Type } from 'typebox';
import { inProject, organization, require, visible } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { projectIdOf } from '../people/index.ts';
import {
  type AnyRoute,
  type Context,
  checkIfMatch,
  conflict,
  defineShortList,
  emit,
  etag,
  notFound,
  nullable,
  nullableTimestamp,
  oneOf,
  pageOf,
  pathId,
  readShortList,
  route,
  timestamp,
  transaction,
} from '../platform/index.ts';
import { costItemSchema, costQuery, costsBetween, startOfMonth } from './costs.ts';
import type { Executor } from './executor.ts';
import { sendLogs } from './logs.ts';
import { costOf, requestCancel } from './queue-workload.ts';
import { localTargetId, tierSchema } from './tier.ts';
import { clearDefaultTier, findTier, insertTier, listTargets, listTiers, lockTiers, updateTier } from './tier-store.ts';
import { type Workload, type WorkloadState, workloadStates } from './workload.ts';
import { findWorkload, type KeptWorkload, listWorkloads, workloadList } from './workload-store.ts';

export const costSchema = Type.Object({ amount: Type.Number(), currency: Type.String() });
export const stateSchema = oneOf(Object.keys(workloadStates) as readonly WorkloadState[]);

export const workloadSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  projectId: nullable(Type.String()),
  ownerId: Type.String(),
  name: Type.String(),
  state: stateSchema,
  stateReason: nullable(Type.String()),
  attempt: Type.Integer(),
  tier: Type.Object({
    name: Type.String(),
    cpuCores: nullable(Type.Number()),
    memoryBytes: nullable(Type.Integer()),
    gpus: Type.Integer(),
  }),
  pricePerHour: Type.Number(),
  currency: Type.String(),
  cost: costSchema,
  host: nullable(Type.String()),
  isolation: nullable(Type.String()),
  exitCode: nullable(Type.Integer()),
  usage: Type.Object({ cpuSeconds: Type.Optional(Type.Number()), peakMemoryBytes: Type.Optional(Type.Number()) }),
  queuedAt: timestamp,
  startingAt: nullableTimestamp,
  startedAt: nullableTimestamp,
  finishedAt: nullableTimestamp,
});

const tierList = defineShortList('hardware tiers', tierSchema, { sort: 'pricePerHour', id: ['name'] });
const targetSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: oneOf(['local', 'slurm', 'kubernetes']),
  state: oneOf(['ready', 'unreachable', 'disabled']),
  stateReason: nullable(Type.String()),
  limits: nullable(Type.String()),
  isolation: nullable(Type.String()),
  detail: Type.Array(Type.String()),
});
const targetList = defineShortList('compute targets', targetSchema, { sort: 'name', id: ['id'] });

export const presentWorkload = (workload: Workload) => ({ ...workload, cost: costOf(workload) });

/** A workload after asking for a right in its project; one of the organization's own (a shared environment) is read by all who read tiers. */
async function openWorkload(ctx: Context, id: string, action: 'workload.read' | 'workload.stop'): Promise<KeptWorkload> {
  const workload = await findWorkload(ctx, id);
  if (!workload) {
    ctx.decided.add(action);
    throw notFound('workload', id);
  }
  if (workload.projectId) await require(ctx, action, inProject('workload', id, workload.projectId, workload.name));
  else {
    ctx.decided.add(action);
    await require(ctx, action === 'workload.read' ? 'hardware-tier.read' : 'hardware-tier.manage', organization);
  }
  return workload;
}

const tierFields = {
  name: Type.String({ minLength: 1, maxLength: 60, pattern: '^[a-z0-9][a-z0-9-]*$' }),
  cpuCores: Type.Optional(nullable(Type.Number({ exclusiveMinimum: 0, maximum: 4096 }))),
  memoryBytes: Type.Optional(nullable(Type.Integer({ minimum: 64 * 1024 ** 2, maximum: 2 ** 50 }))),
  gpus: Type.Optional(Type.Integer({ minimum: 0, maximum: 64 })),
  pricePerHour: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  isDefault: Type.Optional(Type.Boolean()),
};

export function computeRoutes(executor: () => Executor | null): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/hardware-tiers',
      operationId: 'listHardwareTiers',
      summary: 'Sizes of compute with their prices',
      permission: 'hardware-tier.read',
      query: Type.Object(tierList.query),
      response: { 200: pageOf(tierSchema) },
      handler: async (ctx, { query }) => {
        await require(ctx, 'hardware-tier.read', organization);
        return readShortList(tierList, await listTiers(ctx.db), query);
      },
    }),
    route({
      method: 'POST',
      path: '/hardware-tiers',
      operationId: 'createHardwareTier',
      summary: 'Offer a new size of compute',
      permission: 'hardware-tier.manage',
      body: Type.Object(tierFields),
      response: { 201: tierSchema },
      handler: async (ctx, { body }) => {
        await require(ctx, 'hardware-tier.manage', organization);
        return transaction(ctx, async (tx) => {
          await lockTiers(tx);
          if (await findTier(tx.db, body.name)) throw conflict('tier-exists', `There is a hardware tier "${body.name}" already.`);
          if (body.isDefault) await clearDefaultTier(tx);
          const tier = await insertTier(tx, {
            id: newId('tier'),
            name: body.name,
            targetId: localTargetId,
            cpuCores: body.cpuCores ?? null,
            memoryBytes: body.memoryBytes ?? null,
            gpus: body.gpus ?? 0,
            pricePerHour: body.pricePerHour ?? 0,
            currency: body.currency ?? 'EUR',
            isDefault: body.isDefault ?? false,
          });
          await emit(tx, { verb: 'hardware-tier.created', object: { type: 'hardware-tier', id: tier.id }, data: tier });
          return tier;
        });
      },
    }),
    route({
      method: 'PATCH',
      path: '/hardware-tiers/{tier}',
      operationId: 'changeHardwareTier',
      summary: 'Change size, price or state; what runs keeps the price it started with',
      permission: 'hardware-tier.manage',
      params: Type.Object({ tier: pathId('Id or name.') }),
      body: Type.Object({
        ...tierFields,
        name: Type.Optional(tierFields.name),
        state: Type.Optional(oneOf(['enabled', 'disabled'])),
      }),
      response: { 200: tierSchema },
      handler: async (ctx, { params, body, request, reply }) => {
        await require(ctx, 'hardware-tier.manage', organization);
        const changed = await transaction(ctx, async (tx) => {
          await lockTiers(tx);
          const before = await findTier(tx.db, params.tier);
          if (!before) throw notFound('hardware tier', params.tier);
          checkIfMatch(request, before.version);
          if (before.isDefault && (body.isDefault === false || body.state === 'disabled')) {
            throw conflict('default-tier', `"${before.name}" is the default tier. Make another the default first.`);
          }
          if (body.isDefault && (body.state ?? before.state) === 'disabled')
            throw conflict(
              'default-tier',
              `"${before.name}" is disabled, so it cannot be the default. Enable it with the same change.`,
            );
          if (body.isDefault && !before.isDefault) await clearDefaultTier(tx);
          const after = await updateTier(tx, before.id, before.version, body);
          if (!after)
            throw conflict(
              'changed-meanwhile',
              'Somebody changed this tier at the same moment. Read it again and repeat your change.',
            );
          await emit(tx, { verb: 'hardware-tier.changed', object: { type: 'hardware-tier', id: after.id }, data: after });
          return after;
        });
        etag(reply, changed.version);
        return changed;
      },
    }),
    route({
      method: 'GET',
      path: '/compute-targets',
      operationId: 'listComputeTargets',
      summary: 'Where work can run, and how far it is limited and set apart there',
      permission: 'compute-target.read',
      query: Type.Object(targetList.query),
      response: { 200: pageOf(targetSchema) },
      handler: async (ctx, { query }) => {
        await require(ctx, 'compute-target.read', organization);
        const capabilities = await executor()?.capabilities();
        const targets = await listTargets(ctx.db);
        const items = targets.map((target) => ({
          ...target,
          limits: capabilities?.limits ?? null,
          isolation: capabilities?.isolation ?? null,
          detail: capabilities?.detail ?? [],
        }));
        return readShortList(targetList, items, query);
      },
    }),
    route({
      method: 'GET',
      path: '/costs',
      operationId: 'listCosts',
      summary: 'What work cost in a span of time, by project, owner or kind, dearest first',
      permission: 'cost.read',
      query: Type.Object(costQuery),
      response: {
        200: Type.Object({ from: timestamp, to: timestamp, items: Type.Array(costItemSchema), totals: Type.Array(costSchema) }),
      },
      handler: async (ctx, { query }) => {
        const to = query.to ? new Date(query.to) : new Date();
        const from = query.from ? new Date(query.from) : startOfMonth(to);
        const items = await costsBetween(ctx, {
          from,
          to,
          by: query.by ?? 'project',
          projectId: query.project === undefined ? undefined : await projectIdOf(ctx, query.project),
          readable: visible(ctx, 'cost.read', sql.ref('workloads.project_id')),
        });
        const totals = new Map<string, number>();
        for (const item of items) totals.set(item.currency, (totals.get(item.currency) ?? 0) + item.amount);
        return {
          from: from.toISOString(),
          to: to.toISOString(),
          items,
          totals: [...totals].map(([currency, amount]) => ({ amount: Math.round(amount * 1e6) / 1e6, currency })),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/workloads',
      operationId: 'listWorkloads',
      summary: 'All that runs or ran and that you may see, newest first',
      permission: 'workload.read',
      query: Type.Object({
        ...workloadList.query,
        alive: Type.Optional(Type.Boolean({ description: 'Only what waits or runs now.' })),
      }),
      response: { 200: pageOf(workloadSchema) },
      handler: async (ctx, { query }) => {
        const page = await listWorkloads(ctx, visible(ctx, 'workload.read', sql.ref('workloads.project_id')), query);
        return { ...page, items: page.items.map(presentWorkload) };
      },
    }),
    route({
      method: 'GET',
      path: '/workloads/{workload}',
      operationId: 'getWorkload',
      summary: 'One workload',
      permission: 'workload.read',
      params: Type.Object({ workload: pathId('Id of the workload.') }),
      response: { 200: workloadSchema },
      handler: async (ctx, { params }) => presentWorkload(await openWorkload(ctx, params.workload, 'workload.read')),
    }),
    route({
      method: 'POST',
      path: '/workloads/{workload}/stop',
      operationId: 'stopWorkload',
      summary: 'End it with all its processes',
      permission: 'workload.stop',
      params: Type.Object({ workload: pathId('Id of the workload.') }),
      response: { 200: workloadSchema },
      handler: async (ctx, { params }) => {
        const workload = await openWorkload(ctx, params.workload, 'workload.stop');
        await transaction(ctx, async (tx) => {
          await requestCancel(tx, workload.id);
          await emit(tx, {
            verb: 'workload.stop-requested',
            object: { type: 'workload', id: workload.id, projectId: workload.projectId },
            data: { id: workload.id },
          });
        });
        return presentWorkload((await findWorkload(ctx, workload.id))!);
      },
    }),
    route({
      method: 'GET',
      path: '/workloads/{workload}/logs',
      operationId: 'getWorkloadLogs',
      summary: 'Its log: whole, a Range, or followed',
      description:
        'With `follow=true` server-sent events: the id of each is the byte offset after it, so a broken connection goes on by Last-Event-ID; `event: end` closes.',
      permission: 'workload.read',
      params: Type.Object({ workload: pathId('Id of the workload.') }),
      query: Type.Object({ follow: Type.Optional(Type.Boolean()) }),
      produces: ['text/plain', 'text/event-stream'],
      response: { 200: Type.String() },
      handler: async (ctx, { params, query: { follow = false }, request, reply }) => {
        const open = (now: Context) => openWorkload(now, params.workload, 'workload.read');
        return sendLogs(ctx, await open(ctx), { request, reply, follow }, open);
      },
    }),
  ];
}
