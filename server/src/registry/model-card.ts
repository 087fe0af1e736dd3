import { type Static, Type } from 'typebox';
import { artifactsUnder } from '../artifacts/index.ts';
import { findDataset, findSnapshot } from '../data/index.ts';
import { findRevision } from '../environments/index.ts';
import { ref, usersOf } from '../lineage/index.ts';
import { type Context, nullable, timestamp } from '../platform/index.ts';
import { type Approval, approvalSchema, approvalsOf } from '../policies/index.ts';
import { dataOf, findRun, presentValue, type RunRow } from '../tracking/index.ts';
import { named } from './model.ts';
import { aliasChangesOf, findModelByName, namesOf } from './model-store.ts';
import { readSmallFile } from './read-model-file.ts';
import { filesRefOf, nameOfVersion, type VersionRow } from './version.ts';
import { findVersion, loadsOf } from './version-store.ts';
import { versionSubject } from './version-subject.ts';

export const aliasChangeSchema = Type.Object({
  alias: Type.String(),
  fromVersion: nullable(Type.Integer()),
  toVersion: nullable(Type.Integer()),
  approvalId: nullable(Type.String()),
  changedBy: Type.String(),
  changedByName: Type.String(),
  changedAt: timestamp,
});

export const cardSchema = Type.Object(
  {
    versionId: Type.String(),
    address: Type.String({ description: 'models:/name/version' }),
    projectSlug: Type.String(),
    modelName: Type.String(),
    number: Type.Integer(),
    digest: Type.String(),
    sizeBytes: Type.Integer(),
    description: Type.String(),
    createdBy: named,
    createdAt: timestamp,
    fields: Type.Array(
      Type.Object({
        key: Type.String(),
        title: Type.String(),
        recorded: Type.Boolean(),
        text: Type.String({ description: '"not recorded" where there is no fact.' }),
        value: Type.Unknown({ description: 'The fact as data; null where there is none.' }),
      }),
    ),
    completeness: Type.Object({
      recorded: Type.Integer(),
      total: Type.Integer(),
      score: Type.Number({ minimum: 0, maximum: 1 }),
      missing: Type.Array(Type.String(), { description: 'Titles of the fields without a fact.' }),
    }),
    approvals: Type.Array(approvalSchema),
    aliasHistory: Type.Array(aliasChangeSchema),
    usedBy: Type.Object({
      things: Type.Array(
        Type.Object({ ref: Type.String(), name: nullable(Type.String({ description: 'Of a version.' })), at: timestamp }),
        {
          description: 'Deployments and whatever else used it.',
        },
      ),
      loads: Type.Array(
        Type.Object({
          by: Type.String(),
          byName: Type.String(),
          way: Type.String(),
          count: Type.Integer(),
          firstAt: timestamp,
          lastAt: timestamp,
        }),
      ),
    }),
  },
  { $comment: 'What is on record of a version, and what is not.' },
);
export type ModelCard = Static<typeof cardSchema>;

interface Field {
  key: string;
  title: string;
  value: unknown;
  text: string;
}

/** The card of a version, from recorded facts alone: nobody fills it in, and a field without a fact says so. */
export async function modelCard(ctx: Context, version: VersionRow): Promise<ModelCard> {
  const model = await findModelByName(ctx, version.projectId, version.modelName);
  const run = version.sourceRunId ? await findRun(ctx, version.sourceRunId) : null;
  const data = run ? (await dataOf(ctx, [run.id])).get(run.id) : undefined;
  const approvals = await approvalsOf(ctx, ref('version', version.id));
  const signature = version.signature;
  const metrics = (data?.metrics ?? []).map(({ key, value }) => ({ key, value: presentValue(value) }));
  const fields: Field[] = [
    field('intendedUse', 'Intended use', model?.intendedUse || null, (value) => value),
    field('owner', 'Owner', model ? { id: model.ownerId, name: model.ownerName } : null, (value) => value.name),
    field('signature', 'Signature', signature, (value) =>
      [
        `${value.inputs?.length ?? 0} inputs`,
        `${value.outputs?.length ?? 0} outputs`,
        ...(value.params ? [`${value.params.length} parameters`] : []),
      ].join(', '),
    ),
    field('flavors', 'Flavours', full(Object.entries(version.flavors).map(([name, options]) => ({ name, options }))), (value) =>
      value.map((flavor) => flavor.name).join(', '),
    ),
    field('metrics', 'Metrics', full(metrics), (value) => value.map((one) => `${one.key} ${one.value}`).join(', ')),
    field('parameters', 'Parameters', full(data?.params ?? []), (value) =>
      value.map((one) => `${one.key} ${one.value}`).join(', '),
    ),
    field('trainingData', 'Training data', await trainingData(ctx, run, data?.datasets ?? []), (value) =>
      value.map((one) => `${one.name} (${one.snapshotId ?? one.digest})`).join(', '),
    ),
    field('code', 'Code', run?.commit ? { commit: run.commit, patchSha256: run.patchSha256 } : null, (value) =>
      value.patchSha256 ? `${value.commit} with patch ${value.patchSha256}` : value.commit,
    ),
    field('environment', 'Environment', await environment(ctx, version, run), (value) =>
      [value.digest ?? 'from the model’s own list', `${value.packages.length} packages`].join(', '),
    ),
    field('people', 'People', full(await people(ctx, version)), (value) => value.map((one) => one.name).join(', ')),
    field('approvals', 'Approvals', full(approvals.filter((one) => one.decidedBy !== null).map(summary)), (value) =>
      value.map((one) => `${one.state} for ${one.channel} by ${one.by}`).join(', '),
    ),
  ];
  const missing = fields.filter((one) => one.value === null).map((one) => one.title);
  return {
    versionId: version.id,
    address: nameOfVersion(version),
    projectSlug: version.projectSlug,
    modelName: version.modelName,
    number: version.number,
    digest: version.digest,
    sizeBytes: version.sizeBytes,
    description: version.description,
    createdBy: { id: version.createdBy, name: version.createdByName },
    createdAt: version.createdAt,
    fields: fields.map((one) => ({ ...one, recorded: one.value !== null })),
    completeness: {
      recorded: fields.length - missing.length,
      total: fields.length,
      score: Math.round((100 * (fields.length - missing.length)) / fields.length) / 100,
      missing,
    },
    approvals,
    aliasHistory: await aliasChangesOf(ctx, version.modelId, version.id),
    usedBy: { things: await usersNamed(ctx, version), loads: await loadsOf(ctx, version.id) },
  };
}

function field<T>(key: string, title: string, value: T | null, tell: (value: T) => string): Field {
  return { key, title, value, text: value === null ? 'not recorded' : tell(value) };
}

const full = <T>(list: T[]): T[] | null => (list.length > 0 ? list : null);

const summary = (approval: Approval) => ({
  id: approval.id,
  channel: approval.channel,
  state: approval.state,
  by: approval.decidedBy!.name,
  at: approval.decidedAt,
  comment: approval.comment,
});

async function trainingData(
  ctx: Context,
  run: RunRow | null,
  logged: readonly { name: string; digest: string; schema: string | null; tags: Record<string, string> }[],
) {
  const snapshots = await Promise.all(
    (run?.snapshots ?? []).map(async ({ name, snapshotId, datasetId }) => {
      const snapshot = await findSnapshot(ctx, snapshotId);
      const schema = (snapshot?.profile.tables ?? []).map((table) => ({
        path: table.path,
        columns: table.columns.map((column) => ({ name: column.name, type: column.type })),
      }));
      return {
        name,
        snapshotId,
        number: snapshot?.number ?? null,
        datasetId,
        datasetName: (await findDataset(ctx, datasetId))?.name ?? null,
        digest: snapshot?.digest ?? null,
        schema: full(schema),
      };
    }),
  );
  // What a client told about its data; their bytes are not here.
  const told = logged.map((one) => ({
    name: one.name,
    snapshotId: null,
    datasetId: null,
    digest: one.digest,
    schema: one.schema,
  }));
  return full([...snapshots, ...told]);
}

/** What used a version; versions that were made from it by their names. */
async function usersNamed(ctx: Context, version: VersionRow): Promise<ModelCard['usedBy']['things']> {
  const things = await usersOf(ctx, ref('version', version.id));
  return Promise.all(
    things.map(async (thing) => {
      const other = thing.ref.startsWith('version:') ? await findVersion(ctx, thing.ref.slice('version:'.length)) : null;
      return { ...thing, name: other && nameOfVersion(other) };
    }),
  );
}

async function environment(ctx: Context, version: VersionRow, run: RunRow | null) {
  const revision = run?.environmentRevisionId ? await findRevision(ctx, run.environmentRevisionId) : null;
  if (revision)
    return {
      revisionId: revision.id,
      digest: revision.digest,
      python: revision.python,
      packages: lockedPackages(revision.lock ?? ''),
    };
  const files = await artifactsUnder(ctx, filesRefOf(version.id), '');
  const list = await readSmallFile(ctx, files, 'requirements.txt');
  const packages = (list ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (packages.length === 0) return null;
  return { revisionId: null, digest: run?.environmentDigest ?? null, python: null, packages };
}

/** "name==version" of each line that pins one. */
const lockedPackages = (lock: string): string[] =>
  lock
    .split('\n')
    .map((line) => /^([A-Za-z0-9][\w.[\],-]*==[^\s\\;]+)/.exec(line)?.[1])
    .filter((name) => name !== undefined);

async function people(ctx: Context, version: VersionRow): Promise<{ id: string; name: string }[]> {
  return namesOf(ctx, (await versionSubject(ctx, version)).authorIds);
}
