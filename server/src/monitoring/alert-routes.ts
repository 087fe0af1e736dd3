import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { type AnyRoute, oneOf, pageOf, pathId, route } from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import { type AlertState, alertKindNames, alertSchema, alertStateNames, alertStates } from './alert.ts';
import { type AlertFilter, alertList, countFiring, listAlerts } from './alert-store.ts';
import { acknowledgeAlert, resolveAlert } from './answer-alert.ts';
import { investigateAlert } from './investigate.ts';
import { investigationSchema } from './investigation.ts';
import { investigationList, listInvestigations } from './investigation-store.ts';
import { ofProjectAndDeployment } from './monitor-routes.ts';
import { openAlert } from './open-monitor.ts';

const alertParams = Type.Object({ alert: pathId('Id of the alert.') });

export const alertRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/alerts',
    operationId: 'listAlerts',
    summary: 'Alerts of which people were told, newest first; by state also those that were only noticed',
    permission: 'monitor.read',
    query: Type.Object({
      ...alertList.query,
      ...ofProjectAndDeployment,
      monitor: Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'Id of a monitor.' })),
      state: Type.Optional(
        oneOf([...alertStateNames, 'open', 'any'], '`open` is every state but resolved. Left out: all that fired.'),
      ),
      kind: Type.Optional(oneOf(alertKindNames)),
    }),
    response: {
      200: Type.Object({
        ...pageOf(alertSchema).properties,
        firingCount: Type.Integer({ description: 'How many fire among all that you may see, whatever the filter.' }),
      }),
    },
    handler: async (ctx, { query }) => {
      const project = query.project === undefined ? null : await openProject(ctx, query.project, 'monitor.read');
      const readable = visible(ctx, 'monitor.read', sql.ref('alerts.project_id'));
      const filter = {
        readable,
        projectId: project?.id ?? null,
        deployment: query.deployment,
        monitorId: query.monitor,
        ...statesOf(query.state),
        kind: query.kind,
      };
      return { ...(await listAlerts(ctx, filter, query)), firingCount: await countFiring(ctx, readable) };
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/{alert}',
    operationId: 'getAlert',
    summary: 'One alert',
    permission: 'monitor.read',
    params: alertParams,
    response: { 200: alertSchema },
    handler: async (ctx, { params }) => openAlert(ctx, params.alert, 'monitor.read'),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alert}/acknowledge',
    operationId: 'acknowledgeAlert',
    summary: 'Say that you have seen it',
    permission: 'monitor.write',
    params: alertParams,
    body: Type.Object({ message: Type.Optional(Type.String({ maxLength: 5_000 })) }),
    response: { 200: alertSchema },
    handler: async (ctx, { params, body }) => acknowledgeAlert(ctx, params.alert, body.message ?? ''),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alert}/investigate',
    operationId: 'investigateAlert',
    summary:
      'Look into it: the rows since the change began beside the reference, in a workspace on what the version was made from',
    description:
      'Says that you look into it, keeps the rows as a snapshot, and starts a workspace of yours on the commit, patch, environment and data of the version, with a notebook that reads them. Asked again, it is the same place.',
    permission: 'monitor.write',
    params: alertParams,
    query: Type.Object({
      workspace: Type.Optional(Type.Boolean({ description: 'False: the rows alone. True when left out.' })),
    }),
    response: { 200: Type.Object({ ...alertSchema.properties, investigation: investigationSchema }) },
    handler: async (ctx, { params, query }) => {
      const { alert, investigation } = await investigateAlert(ctx, params.alert, query);
      return { ...alert, investigation };
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/{alert}/investigations',
    operationId: 'listInvestigations',
    summary: 'Who looked into an alert, and what they were given, newest first',
    permission: 'monitor.read',
    params: alertParams,
    query: Type.Object(investigationList.query),
    response: { 200: pageOf(investigationSchema) },
    handler: async (ctx, { params, query }) => {
      const { id } = await openAlert(ctx, params.alert, 'monitor.read');
      return listInvestigations(ctx, id, query);
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/{alert}/resolve',
    operationId: 'resolveAlert',
    summary: 'End it by your word; its test begins anew',
    permission: 'monitor.write',
    params: alertParams,
    body: Type.Object({ reason: oneOf(['false-alarm', 'handled', 'expected']) }),
    response: { 200: alertSchema },
    handler: async (ctx, { params, body }) => resolveAlert(ctx, params.alert, body.reason),
  }),
];

function statesOf(asked: AlertState | 'open' | 'any' | undefined): Pick<AlertFilter, 'states' | 'fired'> {
  if (asked === undefined) return { fired: true };
  if (asked === 'any') return {};
  return { states: asked === 'open' ? alertStateNames.filter((state) => alertStates[state].open) : [asked] };
}
