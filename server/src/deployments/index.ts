/**
 * Deployments: services that answer with a model. Channels of a service, immutable revisions of a channel, replicas of a revision, which are
 * workloads; and the gateway that carries requests to them, whatever the wire. Versions and what may enter production are judged below
 * (registry/, policies/), what was answered is kept by predictions/. Deliberately not here: watching models for drift, and other targets than
 * processes of this machine.
 */

export { deploy } from './deploy.ts';
export { deploymentRoutes } from './deployment-routes.ts';
export { channelsOf, type DeploymentRow, findDeployment, findRevision, type RevisionRow } from './deployment-store.ts';
export { followAlias } from './follow-alias.ts';
export { type CallAnswer, type Gateway, openGateway } from './gateway/gateway.ts';
export type { Route } from './gateway/routing-table.ts';
export { openDeployment } from './open-deployment.ts';
export { replicaKind } from './replica-kind.ts';
export { startSupervisor } from './supervise.ts';
