import { auditRoutes } from '../audit/index.ts';
import { computeRoutes, type Executor } from '../compute/index.ts';
import { dataRoutes } from '../data/index.ts';
import { deploymentRoutes } from '../deployments/index.ts';
import { environmentRoutes } from '../environments/index.ts';
import { folderRoutes } from '../folders/index.ts';
import { jobRoutes } from '../jobs/index.ts';
import { lineageRoutes } from '../lineage/index.ts';
import { monitoringRoutes } from '../monitoring/index.ts';
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
import { workspaceRoutes } from '../workspaces/index.ts';
import { objects } from './objects.ts';
import { documentRoute } from './probes.ts';

/** Every route of our own API, by module from the ground up. */
export function makeRoutes(executor: () => Executor | null): AnyRoute[] {
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
    ...folderRoutes,
    ...projectRoutes,
    ...lineageRoutes,
    ...policyRoutes([versionSubjects], async (ctx, idOrSlug) => (await findProject(ctx, idOrSlug))?.id ?? null),
    ...computeRoutes(executor),
    ...repoRoutes,
    ...dataRoutes,
    ...environmentRoutes,
    ...trackingRoutes,
    ...registryRoutes,
    ...jobRoutes,
    ...workspaceRoutes,
    ...deploymentRoutes,
    ...predictionRoutes,
    ...provenanceRoutes,
    ...reproductionRoutes,
    ...monitoringRoutes,
    ...templateRoutes,
  ];
  return routes;
}

/** The routes as data, for the document, the SDK and the access test. */
export const routes: AnyRoute[] = makeRoutes(() => null);
