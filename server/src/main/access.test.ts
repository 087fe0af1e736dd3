import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertGrant, organizationId } from '../access/index.ts';
import { insertDeployment, upsertChannel } from '../deployments/deployment-store.ts';
import { sha256 } from '../kit/digest.ts';
import { newId } from '../kit/ids.ts';
import { insertAlert } from '../monitoring/alert-store.ts';
import { ensureMonitor } from '../monitoring/index.ts';
import { insertRetraining } from '../monitoring/retraining-store.ts';
import { insertDeliveries } from '../notifications/delivery-store.ts';
import { makeToken } from '../people/index.ts';
import { insertPerson } from '../people/people-store.ts';
import { type AnyRoute, buildServer, systemContext, transaction } from '../platform/index.ts';
import { createProject } from '../projects/index.ts';
import { insertReproduction } from '../provenance/reproduction-store.ts';
import { registeredVersion } from '../testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';
import { insertWorkspace } from '../workspaces/workspace-store.ts';
import { apart, type Outcome, roles, type TableRole, table } from './access-table.ts';
import { routes } from './routes.ts';

let t: TestPlinth;
let stranger: Caller;
let account: Caller;
let ownerAccount: Caller;
const values: Record<string, string> = { project: 'project-1', tier: 'small', template: 'python-scikit-learn' };
const content = 'a,b\n1,2\n';

beforeAll(async () => {
  t = await plinth({ projects: 1, env: { PLINTH_EGRESS_ALLOW: '127.0.0.1' } });
  const system = systemContext(t.app.platform, 'test');
  const id = newId('usr');
  const strangersToken = await transaction(system, async (tx) => {
    await insertPerson(tx, { id, email: 'stranger@example.org', name: 'Stranger', passwordHash: null, state: 'active' });
    await insertGrant(tx, { subjectId: id, scopeId: organizationId, role: 'member' });
    return (await makeToken(tx, { ownerId: id, name: 'test', kind: 'personal' })).token;
  });
  stranger = t.withToken(strangersToken);
  await createProject({ ...system, actor: { kind: 'person', id, name: 'Stranger', subjectIds: [id] } }, { name: 'Elsewhere' });

  account = await programs('without a role');
  ownerAccount = await programs('owns', { projectId: 'project-1', role: 'owner' });

  const does = t.as('contributor');
  const job = (await does.post('/projects/project-1/jobs', { command: 'true', environment: 'base' })).body;
  const dataset = (await does.post('/projects/project-1/datasets', { name: 'rows' })).body.id;
  const form = new FormData();
  form.append('file', new Blob([content]), 'rows.csv');
  const snapshot = (await does.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
  const environment = (await does.post('/environments', { name: 'prepared', projectId: 'project-1' })).body.id;
  const revision = (await does.post(`/environments/${environment}/revisions`, { packages: ['no-such-package-at-all==9.9'] })).body
    .id;
  const run = (await does.post('/mlflow/project-1/api/2.0/mlflow/runs/create', { experiment_id: '0' })).body.run.info.run_id;
  const workspace = newId('wsp');
  await insertWorkspace(
    { ...system, actor: { ...system.actor, id: does.id } },
    {
      id: workspace,
      projectId: t.projects[0]!.id,
      ownerId: does.id,
      name: 'W',
      tool: 'jupyterlab',
      branch: 'main',
      environment: null,
      hardwareTier: null,
      commit: null,
      patchSha256: null,
      inputs: [],
      beginWith: null,
    },
  );
  const reproduction = newId('rep');
  await insertReproduction(system, {
    id: reproduction,
    projectId: t.projects[0]!.id,
    subjectRef: `job:${job.id}`,
    jobId: job.id,
  });
  const prediction = newId('prd');
  await t.app.predictions.append({
    id: prediction,
    projectId: t.projects[0]!.id,
    deploymentId: 'dep_none',
    channel: 'beta',
    revisionId: 'rev_none',
    versionId: 'mdv_none',
    replicaId: 'wkl_none',
    consumerId: does.id,
    consumerKind: 'person',
    at: new Date(),
    latencyMilliseconds: 1,
    status: 200,
    error: null,
    form: 'mlflow',
    contentType: 'application/json',
    request: Buffer.from('{}'),
    response: Buffer.from('{}'),
    rowCount: 0,
    columnsJson: Buffer.from('[]'),
    rowsJson: Buffer.from('[]'),
    outputsJson: Buffer.from('[]'),
  });
  await t.app.predictions.ship();
  await registeredVersion(t.admin, 'default', 'prepared');
  await registeredVersion(does, 'project-1', 'prepared');
  const approval = (await does.post('/approvals', bodies.requestApproval)).body.id;
  const deployment = newId('dep');
  await insertDeployment(
    { ...system, actor: { ...system.actor, id: does.id } },
    { id: deployment, projectId: t.projects[0]!.id, name: 'prepared', traffic: [] },
  );
  await upsertChannel(system, {
    deploymentId: deployment,
    name: 'beta',
    model: 'models:/prepared/1',
    followedModelId: null,
    followedAlias: null,
    replicas: 1,
    hardwareTier: null,
  });
  const watched = {
    projectId: t.projects[0]!.id,
    deploymentId: deployment,
    channel: 'beta',
    versionId: null,
  };
  const monitor = (await ensureMonitor(system, watched)).id;
  const retraining = newId('rtr');
  await transaction({ ...system, actor: { ...system.actor, id: does.id } }, (tx) =>
    insertRetraining(tx, {
      ...watched,
      id: retraining,
      monitorId: monitor,
      deploymentName: 'none',
      alertId: null,
      versionId: 'ver_none',
      sourceJobId: job.id,
      snapshotId: snapshot,
      referenceSnapshotId: snapshot,
      tablePath: 'rows.csv',
      inputName: 'data',
      target: 'b',
      referenceRows: 1,
      recentRows: 1,
    }),
  );
  const alert = newId('alr');
  await transaction(system, (tx) =>
    insertAlert(
      tx,
      {
        ...watched,
        deploymentName: 'none',
        id: alert,
        monitorId: monitor,
        kind: 'latency',
        feature: null,
        state: 'firing',
        verdict: 'slower',
        message: 'm',
        effect: 1,
        effectName: 'rate',
        statistic: 1,
        threshold: 1,
        measures: {},
        startEstimate: null,
        predictionIds: [],
      },
      new Date().toISOString(),
    ),
  );
  const channel = (await t.as('owner').post('/projects/project-1/notification-channels', bodies.createProjectNotificationChannel))
    .body.id;
  const delivery = newId('ntd');
  await transaction(system, async (tx) => {
    await insertDeliveries(tx, [
      {
        id: delivery,
        channelId: channel,
        noticeKey: 'prepared',
        type: 'alert.fired',
        projectId: t.projects[0]!.id,
        personId: null,
        address: null,
        title: 't',
        body: 'b',
        path: '/',
        payload: null,
      },
    ]);
  });
  const goal = (await t.as('owner').post('/projects/project-1/goals', { title: 'g' })).body.id;
  const group = (await t.admin.post('/groups', { name: 'g' })).body.id;
  await t.admin.post(`/groups/${group}/members`, { personId: t.as('viewer').id });
  const robot = (await t.as('owner').post('/service-accounts', { name: 'robot', projectId: 'project-1' })).body.id;
  const token = (await t.as('owner').post(`/service-accounts/${robot}/tokens`, { name: 't' })).body.id;
  const grant = (await t.admin.put('/grants', { email: 'viewer@example.org', role: 'viewer', scope: `dataset:${dataset}` })).body
    .id;
  const trashed = (await t.as('owner').post('/projects', { name: 'Trashed' })).body.id;
  for (const role of ['contributor', 'validator', 'viewer', 'consumer'] as const)
    await t.as('owner').post(`/projects/${trashed}/members`, { subjectId: t.as(role).id, role });
  await t.as('owner').delete(`/projects/${trashed}`);
  const folder = (await t.admin.post('/folders', { name: 'F' })).body.id;
  await t.admin.patch('/projects/project-1', { folderId: folder });
  Object.assign(values, {
    folder,
    trashed,
    grant,
    group,
    person: t.as('viewer').id,
    serviceAccount: robot,
    token,
    job: job.id,
    workload: job.workloadId,
    dataset,
    snapshot,
    environment,
    revision,
    run,
    workspace,
    prediction,
    deployment,
    channel: 'beta',
    notificationChannel: channel,
    delivery,
    reproduction,
    monitor,
    alert,
    retraining,
    goal,
    name: 'prepared',
    version: '1',
    alias: 'challenger',
    approval,
    user: t.as('viewer').id,
    subject: 'usr_none',
    sha256: sha256(content),
  });
});
afterAll(() => t?.stop());

/** A service account of the organization, or of a project with a role in it, by its token. */
async function programs(name: string, more: object = {}): Promise<Caller> {
  const { id } = (await t.admin.post('/service-accounts', { name, ...more })).body;
  return t.withToken((await t.admin.post(`/service-accounts/${id}/tokens`, { name: 't' })).body.token);
}

const bodies: Record<string, unknown> = {
  changeMe: { name: 'Same' },
  createToken: { name: 't' },
  createProject: { name: 'New' },
  createPerson: { email: `x${Math.random()}@example.org` },
  changePerson: { name: 'Viewer' },
  giveRole: { email: 'viewer@example.org', role: 'viewer', scope: 'project-1' },
  restoreProject: {},
  createFolder: { name: 'New folder' },
  changeFolder: { name: 'F' },
  putFolderMember: { subjectId: 'usr_none', role: 'viewer' },
  createGroup: { name: 'New group' },
  changeGroup: { name: 'g' },
  addGroupMember: { email: 'viewer@example.org' },
  createServiceAccount: { name: 'New robot', projectId: 'project-1' },
  changeServiceAccount: { description: 'd' },
  createServiceAccountToken: { name: 't' },
  createHardwareTier: { name: 'huge' },
  changeHardwareTier: { gpus: 0 },
  changeProject: { description: 'd' },
  changeStage: { reason: 'r' },
  addGoal: { title: 'g' },
  changeGoal: { title: 'g' },
  putMember: { email: 'viewer@example.org', role: 'viewer' },
  createEnvironment: { name: 'made', projectId: 'project-1' },
  buildEnvironmentRevision: { packages: ['no-such-package-at-all==9.9'] },
  changeEnvironmentRevision: { state: 'deprecated' },
  createDataset: { name: 'made' },
  createSnapshot: { files: [] },
  putBlob: content,
  startJob: { command: 'true', environment: 'base' },
  createExperiment: { name: 'made' },
  changeRun: { notes: 'n' },
  createWorkspace: { tool: 'none-such' },
  deploy: { name: 'made', model: 'none-such' },
  createDeploymentRevision: { model: 'none-such' },
  scaleDeployment: { replicas: 1 },
  changeDeploymentTraffic: { traffic: [{ channel: 'beta', weight: 50 }] },
  rollBackDeployment: {},
  requestApproval: { subject: 'models:/prepared/1', channel: 'prod', project: 'project-1' },
  decideApproval: { decision: 'approved' },
  putPolicy: { protectedAliases: [] },
  createModel: { name: 'made' },
  changeModel: { description: 'd' },
  setModelAlias: { version: 1 },
  registerVersion: { copyOf: 'models:/prepared/1' },
  changeVersion: { description: 'd' },
  changeMonitor: { falseAlarmDays: 100 },
  putReference: { snapshotId: 'snp_none' },
  putGroundTruth: { items: [{ predictionId: 'prd_none', value: 1 }] },
  acknowledgeAlert: {},
  resolveAlert: { reason: 'handled' },
  retrainForAlert: {},
  retrainDeployment: {},
  createNotificationChannel: { name: 'made', kind: 'chat', url: 'http://127.0.0.1:1/', types: ['alert.fired'] },
  createProjectNotificationChannel: { name: 'made', kind: 'webhook', url: 'http://127.0.0.1:1/', types: ['alert.fired'] },
  changeNotificationChannel: { name: 'Same' },
};
const queries: Record<string, string> = {
  investigateAlert: '?workspace=false',
  explainAccess: '?subject=owner@example.org&action=job.start&resource=project-1',
  listGrantsReaching: '?resource=project-1',
  getRepoFile: '?path=README.md',
  getLineage: '?node=run:x',
  getSnapshotFile: '?path=rows.csv',
  getMetricHistory: '?key=m',
  listMetricHistories: '?key=m&runs=none',
  getArtifact: '?path=none',
  getVersionArtifact: '?path=none',
};
/** Those that take something away come after all others. */
const last = [
  'restoreProject',
  'takeRole',
  'removeModelAlias',
  'deleteVersion',
  'deleteModel',
  'removeFolderMember',
  'removeGroupMember',
  'deleteGroup',
  'revokeServiceAccountToken',
  'deleteServiceAccount',
  'removeMember',
  'deleteRun',
  'restoreRun',
  'startWorkspace',
  'stopWorkspace',
  'deleteWorkspace',
  'deleteDeployment',
  'deleteNotificationChannel',
  'signOut',
  'deleteProject',
  'deleteFolder',
];

/** What is asked under the project of a thing is the operation at its own address. */
const plain = (operationId: string): string => operationId.replace(/InProject$/, '');

function callerOf(role: TableRole): Caller {
  switch (role) {
    case 'stranger':
      return stranger;
    case 'admin':
      return t.admin;
    case 'account':
      return account;
    case 'ownerAccount':
      return ownerAccount;
    default:
      return t.as(role);
  }
}

async function outcomeOf(route: AnyRoute, role: TableRole): Promise<{ outcome: Outcome; told: string }> {
  const path =
    route.path.replaceAll(/\{(\w+)\+?\}/g, (_whole: string, name: string) => values[name] ?? `no-${name}`) +
    (queries[plain(route.operationId)] ?? '');
  const body = bodies[plain(route.operationId)];
  const caller = callerOf(role);
  const headers = route.operationId === 'putBlob' ? { 'content-type': 'application/octet-stream' } : undefined;
  const method = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
  const answer = method === 'get' || method === 'delete' ? await caller[method](path) : await caller[method](path, body, headers);
  const told = `${route.operationId} as ${role}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`;
  if (answer.status === 401 || answer.status === 403) return { outcome: answer.status, told };
  // Not there although one may look: an empty repository, a file that was not made.
  const hidden = answer.status === 404 && !/file|artifact|member|session|no subject|README/.test(JSON.stringify(answer.body));
  expect(answer.status, told).toBeLessThan(500);
  return { outcome: hidden ? 404 : 'allow', told };
}

describe('the access table', () => {
  it('names every route, and no other', () => {
    const there = routes.map((route) => route.operationId).sort();
    expect([...Object.keys(table), ...apart].sort()).toEqual(there);
  });

  it('holds for every role on every route', async () => {
    const wrong: string[] = [];
    const ordered = [...routes]
      .filter((route) => !apart.includes(route.operationId))
      .sort((a, b) => last.indexOf(plain(a.operationId)) - last.indexOf(plain(b.operationId)));
    for (const wanted of ['refused', 'allowed'] as const) {
      for (const route of ordered) {
        for (const role of roles) {
          const expected = table[route.operationId]![role];
          if ((expected === 'allow') !== (wanted === 'allowed')) continue;
          // Once it is gone for the first who may, it is gone for the next: one is enough.
          if (
            wanted === 'allowed' &&
            last.includes(plain(route.operationId)) &&
            role !== roles.find((one) => table[route.operationId]![one] === 'allow')
          )
            continue;
          const { outcome, told } = await outcomeOf(route, role);
          if (outcome !== expected) wrong.push(`${told}; the table says ${expected}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe('a route', () => {
  const parts = () => ({ platform: t.app.platform, wires: [], authenticate: async () => null });
  const sound = {
    method: 'GET',
    path: '/x',
    operationId: 'x',
    summary: 'x',
    permission: 'project.read',
    response: { 200: {} },
    handler: async () => ({}),
  };

  it('cannot be registered without a permission or without schemas', async () => {
    await expect(buildServer({ ...parts(), routes: [{ ...sound, permission: '' } as AnyRoute] })).rejects.toThrow(
      'has no permission',
    );
    await expect(buildServer({ ...parts(), routes: [{ ...sound, response: undefined } as unknown as AnyRoute] })).rejects.toThrow(
      'no schemas',
    );
  });

  it('whose operation took no decision never answers', async () => {
    const { actor } = systemContext(t.app.platform);
    const app = await buildServer({
      ...parts(),
      authenticate: async () => ({ actor, byCookie: false }),
      routes: [sound as unknown as AnyRoute],
    });
    const answer = await app.inject({ method: 'GET', url: '/api/v1/x', headers: { host: '127.0.0.1' } });
    expect(answer.statusCode).toBe(500);
    await app.close();
  });
});
