import { type Static, Type } from 'typebox';
import { conflict, invalidField, notFound, nullable, nullableTimestamp, oneOf, Problem, timestamp } from '../platform/index.ts';
import { type Channel, channelNames } from '../policies/index.ts';

/** What a person sees of a deployment and of each of its channels; derived from revisions and replicas, never stored. */
export const deploymentStates = {
  /** Its first revision waits for room. */
  pending: { answers: false },
  /** The environment of its first revision is being built. */
  building: { answers: false },
  /** Its first revision loads and warms up. */
  starting: { answers: false },
  /** Every replica answers. */
  healthy: { answers: true },
  /** It answers, with fewer replicas than asked for. */
  degraded: { answers: true },
  /** Nothing answers, and nothing will without a change; `stateReason` says why. */
  failed: { answers: false },
  /** Somebody stopped it. */
  stopped: { answers: false },
} as const satisfies Record<string, { answers: boolean }>;
export type DeploymentState = keyof typeof deploymentStates;

export const revisionStates = {
  /** Its replicas are started beside the ones that serve. */
  starting: { live: true, takesRequests: false },
  /** The one of its channel that answers. */
  serving: { live: true, takesRequests: true },
  /** Replaced; its replicas finish what they were given. */
  draining: { live: true, takesRequests: false },
  /** Over; nothing of it runs. */
  retired: { live: false, takesRequests: false },
  /** Never came to serve; the one before goes on. `stateReason` says why. */
  failed: { live: false, takesRequests: false },
} as const satisfies Record<string, { live: boolean; takesRequests: boolean }>;
export type RevisionState = keyof typeof revisionStates;
export const isLive = (revision: { state: RevisionState }): boolean => revisionStates[revision.state].live;

export const replicaStates = {
  /** Queued, or loading its model. */
  starting: { runs: true, takesRequests: false },
  /** Answers. */
  ready: { runs: true, takesRequests: true },
  /** Gets no new requests and ends soon. */
  draining: { runs: true, takesRequests: false },
  /** Its process is gone. */
  ended: { runs: false, takesRequests: false },
} as const satisfies Record<string, { runs: boolean; takesRequests: boolean }>;
export type ReplicaState = keyof typeof replicaStates;
export const runs = (replica: { state: ReplicaState }): boolean => replicaStates[replica.state].runs;

/** Why a revision was made. */
export const revisionCauses = ['deploy', 'alias', 'rollback'] as const;
export type RevisionCause = (typeof revisionCauses)[number];

/** The part of the plain address that a channel gets, in percent. */
export interface Share {
  channel: Channel;
  weight: number;
}

const named = Type.Object({ id: Type.String(), name: Type.String() });

export const replicaSchema = Type.Object({
  id: Type.String({ description: 'Of its workload.' }),
  slot: Type.Integer(),
  state: oneOf(Object.keys(replicaStates) as readonly ReplicaState[]),
  stateReason: nullable(Type.String()),
  lastLines: nullable(Type.String({ description: 'The end of its log, once it ended by itself.' })),
  crashes: Type.Integer({ description: 'How often in a row it ended by itself.' }),
  host: nullable(Type.String()),
  createdAt: timestamp,
  readyAt: nullableTimestamp,
  endedAt: nullableTimestamp,
  logUrl: Type.String(),
});

export const revisionSchema = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  channel: oneOf(channelNames),
  state: oneOf(Object.keys(revisionStates) as readonly RevisionState[]),
  stateReason: nullable(Type.String()),
  cause: oneOf(revisionCauses),
  model: Type.Object({
    id: Type.String(),
    name: Type.String(),
    version: Type.Integer(),
    versionId: Type.String(),
    digest: Type.String(),
  }),
  environmentRevisionId: Type.String(),
  hardwareTier: nullable(Type.String()),
  replicas: Type.Integer(),
  approvalId: nullable(Type.String()),
  createdBy: named,
  createdAt: timestamp,
  servingFrom: nullableTimestamp,
  servingUntil: nullableTimestamp,
});
export type Revision = Static<typeof revisionSchema>;

const endpointSchema = Type.Object({ invocations: Type.String(), v2: Type.String() });

const healthSchema = Type.Object(
  {
    requestCount: Type.Integer(),
    rowCount: Type.Integer(),
    clientErrorCount: Type.Integer({ description: 'Requests that could not be predicted as sent (4xx).' }),
    serverErrorCount: Type.Integer({ description: 'Requests that failed here (5xx).' }),
    p50Milliseconds: nullable(Type.Number()),
    p95Milliseconds: nullable(Type.Number()),
  },
  { description: 'Of the last hour.' },
);

export const channelSchema = Type.Object({
  name: oneOf(channelNames),
  protected: Type.Boolean({ description: 'Versions enter it through an approval only.' }),
  state: oneOf(Object.keys(deploymentStates) as readonly DeploymentState[]),
  stateReason: nullable(Type.String()),
  model: Type.String({ description: 'The address that it was told to serve; an alias is followed.' }),
  followsAlias: nullable(Type.String()),
  replicas: Type.Object({ wanted: Type.Integer(), ready: Type.Integer() }),
  hardwareTier: nullable(Type.String()),
  serving: nullable(revisionSchema),
  candidate: nullable(revisionSchema),
  endpoint: endpointSchema,
});

export const deploymentSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  projectId: Type.String(),
  projectSlug: Type.String(),
  state: oneOf(Object.keys(deploymentStates) as readonly DeploymentState[]),
  stateReason: nullable(Type.String()),
  endpoint: endpointSchema,
  channels: Type.Array(channelSchema),
  traffic: Type.Array(
    Type.Object({
      channel: oneOf(channelNames),
      version: nullable(Type.Integer({ description: 'The version that serves there now.' })),
      weight: Type.Integer({ description: 'Percent of the requests to the plain address.' }),
    }),
  ),
  revision: nullable(revisionSchema),
  health: healthSchema,
  createdBy: named,
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Deployment = Static<typeof deploymentSchema>;

export const wholeDeploymentSchema = Type.Object({
  ...deploymentSchema.properties,
  replicas: Type.Array(replicaSchema, { description: 'Those of live revisions, and the newest that ended.' }),
  form: nullable(
    Type.Object(
      {
        signature: Type.Unknown(),
        inputExample: Type.Unknown({ description: 'A body that the model takes: the one logged with it.' }),
        v2: Type.Unknown(),
        flavors: Type.Array(Type.String()),
        rowWise: Type.Boolean({ description: 'Waiting requests are predicted together.' }),
        mlflowVersion: Type.String(),
        pythonVersion: Type.String(),
      },
      { description: 'For a form to try it; known once a replica was ready.' },
    ),
  ),
  snippets: Type.Object({ curl: Type.String(), python: Type.String(), cli: Type.String() }),
});

/** A name as a part of an address: what callers type. */
export const deploymentName = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$',
  description: 'Lower-case letters, digits and dashes; unique in the organization.',
});

export const unknownDeployment = (name: string) => notFound('deployment', name);

export const deploymentNameTaken = (name: string) =>
  conflict(
    'deployment-name-taken',
    `Another project has a deployment "${name}". Names are unique in the organization; choose another.`,
  );

export const versionNotUsable = (name: string) => conflict('version-not-usable', `${name} was deleted. Deploy another version.`);

export const noSuchChannel = (deployment: string, channel: string) =>
  notFound('channel', `${channel} of deployment ${deployment}`);

export const nothingToRollBack = (deployment: string, channel: string) =>
  conflict(
    'nothing-to-roll-back',
    `Channel ${channel} of deployment "${deployment}" has served no other revision before. Deploy the version that you want.`,
  );

export const isStopped = (name: string) => conflict('deployment-stopped', `Deployment "${name}" is stopped. Start it first.`);

export const badWeights = (detail: string) => invalidField('/traffic', detail);

/** For callers of a deployment that cannot answer now. */
export const notServing = (name: string, reason: string) =>
  new Problem(503, 'deployment-unavailable', `Deployment "${name}" does not answer: ${reason}`, {
    headers: { 'retry-after': '2' },
  });

export const overloaded = (name: string) =>
  new Problem(
    429,
    'deployment-overloaded',
    `Deployment "${name}" has as many requests waiting as it may. Try again in a moment, or give it more replicas.`,
    {
      headers: { 'retry-after': '1' },
    },
  );

export const deadlineExceeded = (name: string, seconds: number) =>
  new Problem(504, 'deadline-exceeded', `Deployment "${name}" did not answer within ${seconds} seconds.`);
