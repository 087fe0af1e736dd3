import { auditRoutes } from '../audit/index.ts';
import { computeRoutes, type Executor } from '../compute/index.ts';
import { dataRoutes, findDataset } from '../data/index.ts';
import { deploymentRoutes, findDeployment } from '../deployments/index.ts';
import { environmentRoutes } from '../environments/index.ts';
import { folderRoutes } from '../folders/index.ts';
import { jobRoutes } from '../jobs/index.ts';
import { lineageRoutes } from '../lineage/index.ts';
import { monitoringRoutes } from '../monitoring/index.ts';
import { type FindProjectId, notificationRoutes } from '../notifications/index.ts';
import {
  accessRoutes,
  deviceRoutes,
  groupRoutes,
  peopleRoutes,
  providerRoutes,
  serviceAccountRoutes,
  sessionRoutes,
} from '../people/index.ts';
import type { AnyRoute } from '../platform/index.ts';
import { policyRoutes } from '../policies/index.ts';
import { predictionRoutes } from '../predictions/index.ts';
import { findProject, projectRoutes } from '../projects/index.ts';
import { provenanceRoutes, reproductionRoutes } from '../provenance/index.ts';
import { registryRoutes, versionSubjects } from '../registry/index.ts';
import { repoRoutes } from '../repos/index.ts';
import { templateRoutes } from '../templates/index.ts';
import { trackingRoutes } from '../tracking/index.ts';
import { findWorkspace, workspaceRoutes } from '../workspaces/index.ts';
import { noticeKinds } from './notices.ts';
import { objects } from './objects.ts';
import { documentRoute } from './probes.ts';
import { type Addressed, underProject } from './under-project.ts';

const addressed: readonly Addressed[] = [
  {
    noun: 'datasets',
    parameter: 'dataset',
    kind: 'dataset',
    projectOf: async (ctx, id) => (await findDataset(ctx, id))?.projectId ?? null,
  },
  {
    noun: 'workspaces',
    parameter: 'workspace',
    kind: 'workspace',
    projectOf: async (ctx, id) => (await findWorkspace(ctx, id))?.projectId ?? null,
  },
  {
    noun: 'deployments',
    parameter: 'deployment',
    kind: 'deployment',
    projectOf: async (ctx, idOrName) => (await findDeployment(ctx, idOrName))?.projectId ?? null,
  },
];

/** What is made under a project is also read and moved there. */
const alsoUnderProject = [
  'getDataset',
  'listSnapshots',
  'getWorkspace',
  'startWorkspace',
  'stopWorkspace',
  'getDeployment',
  'createDeploymentRevision',
  'listDeploymentRevisions',
  'changeDeploymentTraffic',
  'listDeploymentTraffic',
  'rollBackDeployment',
  'stopDeployment',
  'startDeployment',
  'listDeploymentPredictions',
  'putReference',
  'putGroundTruth',
  'retrainDeployment',
] as const;

/** Every route of our own API, by module from the ground up. */
export function makeRoutes(executor: () => Executor | null): AnyRoute[] {
  const deployments = [...deploymentRoutes, ...monitoringRoutes];
  const routes: AnyRoute[] = [
    documentRoute(() => routes),
    ...auditRoutes,
    ...peopleRoutes,
    ...sessionRoutes,
    ...providerRoutes(),
    ...groupRoutes,
    ...serviceAccountRoutes,
    ...deviceRoutes,
    ...accessRoutes(objects),
    ...notificationRoutes(noticeKinds, projectIdOf),
    ...folderRoutes,
    ...projectRoutes,
    ...lineageRoutes,
    ...policyRoutes([versionSubjects], projectIdOf),
    ...computeRoutes(executor),
    ...repoRoutes,
    ...dataRoutes,
    ...environmentRoutes,
    ...trackingRoutes,
    ...registryRoutes,
    ...jobRoutes,
    ...workspaceRoutes,
    ...deployments,
    ...predictionRoutes,
    ...provenanceRoutes,
    ...reproductionRoutes,
    ...templateRoutes,
    ...underProject([...dataRoutes, ...workspaceRoutes, ...deployments], addressed, alsoUnderProject),
  ];
  return routes;
}

const projectIdOf: FindProjectId = async (ctx, idOrSlug) => (await findProject(ctx, idOrSlug))?.id ?? null;

/** The routes as data, for the document, the SDK and the access test. */
export const routes: AnyRoute[] = makeRoutes(() => null);
