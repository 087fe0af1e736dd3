import { type Static, Type } from 'typebox';
import { conflict, editionOf, invalidField, notFound, nullable, oneOf, timestamp } from '../platform/index.ts';
import type { Channel } from '../policies/index.ts';
import { named } from './model.ts';

export const versionStates = {
  /** Its files are there, whole. */
  ready: { usable: true },
  /** Taken out of use; kept for what points at it. */
  deleted: { usable: false },
} as const satisfies Record<string, { usable: boolean }>;
export type VersionState = keyof typeof versionStates;

export const isUsable = (version: { state: VersionState }): boolean => versionStates[version.state].usable;

/** Where older clients say that a version stands, and which channel they mean by it. */
export const stages = {
  none: { channel: 'beta' },
  staging: { channel: 'beta' },
  production: { channel: 'prod' },
  archived: { channel: 'beta' },
} as const satisfies Record<string, { channel: Channel }>;
export type Stage = keyof typeof stages;
export const stageNames = Object.keys(stages) as readonly Stage[];
export const channelOfStage = (stage: Stage): Channel => stages[stage].channel;

/** Inputs and outputs with names and types, as the model's own file tells them. */
export interface Signature {
  inputs: unknown[] | null;
  outputs: unknown[] | null;
  params: unknown[] | null;
}

export interface VersionRow {
  id: string;
  modelId: string;
  modelName: string;
  projectId: string;
  projectSlug: string;
  number: number;
  state: VersionState;
  stage: Stage;
  digest: string;
  sizeBytes: number;
  fileCount: number;
  flavors: Record<string, Record<string, unknown>>;
  signature: Signature | null;
  sourceKind: 'run' | 'logged-model' | 'version';
  sourceRunId: string | null;
  sourceRunName: string | null;
  sourceModelId: string | null;
  sourceVersionId: string | null;
  sourcePath: string;
  description: string;
  tags: Record<string, string>;
  aliases: string[];
  createdBy: string;
  createdByName: string;
  createdAt: string;
  updatedAt: string;
  /** The reproduction that alone sees it (rehearsal.ts). */
  rehearsalOf: string | null;
}

export const signatureSchema = nullable(
  Type.Object({
    inputs: nullable(Type.Array(Type.Unknown())),
    outputs: nullable(Type.Array(Type.Unknown())),
    params: nullable(Type.Array(Type.Unknown())),
  }),
);

export const versionSchema = Type.Object(
  {
    id: Type.String(),
    modelId: Type.String(),
    modelName: Type.String(),
    projectId: Type.String(),
    projectSlug: Type.String(),
    number: Type.Integer(),
    state: oneOf(Object.keys(versionStates) as readonly VersionState[]),
    stage: oneOf(stageNames),
    digest: Type.String({ description: 'SHA-256 over path, content and size of all files.' }),
    sizeBytes: Type.Integer(),
    fileCount: Type.Integer(),
    flavors: Type.Record(Type.String(), Type.Unknown()),
    signature: signatureSchema,
    source: Type.Object({
      kind: oneOf(['run', 'logged-model', 'version']),
      runId: nullable(Type.String()),
      runName: nullable(Type.String()),
      loggedModelId: nullable(Type.String()),
      versionId: nullable(Type.String()),
      path: Type.String(),
    }),
    metrics: Type.Array(Type.Object({ key: Type.String(), value: Type.Unknown() }), { description: 'Of the source run.' }),
    description: Type.String(),
    tags: Type.Record(Type.String(), Type.String()),
    aliases: Type.Array(Type.String()),
    approval: nullable(
      Type.Object(
        { id: Type.String(), channel: Type.String(), state: Type.String() },
        { description: 'The newest word on letting it into a protected channel.' },
      ),
    ),
    createdBy: named,
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  { $comment: 'One version of a registered model: immutable files of its own.' },
);
export type Version = Static<typeof versionSchema>;

/** What people edit of it; everything else never changes or is written beside it. */
export const editionOfVersion = ({ description, tags }: Pick<VersionRow, 'description' | 'tags'>): string =>
  editionOf({ description, tags });

export const versionObject = (row: Pick<VersionRow, 'id' | 'projectId'>) => ({
  type: 'version',
  id: row.id,
  projectId: row.projectId,
});

export const nameOfVersion = (row: Pick<VersionRow, 'modelName' | 'number'>): string => `models:/${row.modelName}/${row.number}`;
export const filesRefOf = (versionId: string): string => `version:${versionId}`;

export const versionGone = (name: string, version: string | number) => notFound('version', `models:/${name}/${version}`);
export const noModelFiles = (source: string) =>
  invalidField('/source', `${source} holds no files; log the model first, and name the folder that it was logged to`);
export const modelNotReady = (id: string) =>
  conflict('model-not-ready', `Logged model ${id} is not uploaded whole yet. Register it once its state is ready.`);
export const sourceContradicts = () =>
  invalidField('/runId', 'is another run than the one that made these files; leave it out, or name that one');
