import { type Static, Type } from 'typebox';
import { conflict, invalidField, nullable, oneOf, Problem, timestamp } from '../platform/index.ts';

export const datasetSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  name: Type.String(),
  description: Type.String(),
  createdBy: Type.String(),
  createdAt: timestamp,
  newestSnapshot: nullable(
    Type.Object({
      id: Type.String(),
      number: Type.Integer(),
      digest: Type.String(),
      sizeBytes: Type.Integer(),
      fileCount: Type.Integer(),
    }),
  ),
});
export type Dataset = Static<typeof datasetSchema>;

export const columnSchema = Type.Object({
  name: Type.String(),
  type: Type.String(),
  count: Type.Integer(),
  nullCount: Type.Integer(),
  distinctCount: Type.Integer({ description: 'Approximate.' }),
  min: nullable(Type.String()),
  max: nullable(Type.String()),
  mean: nullable(Type.Number()),
  standardDeviation: nullable(Type.Number()),
  quartiles: nullable(Type.Array(Type.Number())),
  histogram: nullable(Type.Array(Type.Object({ from: Type.Number(), to: Type.Number(), count: Type.Integer() }))),
  topValues: nullable(Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))),
});
export type ColumnProfile = Static<typeof columnSchema>;

export const profileSchema = Type.Object({
  state: oneOf(['pending', 'ready', 'failed', 'unsupported']),
  reason: Type.Optional(Type.String()),
  tables: Type.Optional(
    Type.Array(Type.Object({ path: Type.String(), rowCount: Type.Integer(), columns: Type.Array(columnSchema) })),
  ),
});
export type Profile = Static<typeof profileSchema>;

export const snapshotSchema = Type.Object({
  id: Type.String(),
  datasetId: Type.String(),
  projectId: Type.String(),
  number: Type.Integer(),
  digest: Type.String({ description: 'SHA-256 over all paths and contents: equal data, equal digest.' }),
  fileCount: Type.Integer(),
  sizeBytes: Type.Integer(),
  message: Type.String(),
  profile: profileSchema,
  createdBy: Type.String(),
  createdAt: timestamp,
});
export type Snapshot = Static<typeof snapshotSchema>;

export const fileSchema = Type.Object({ path: Type.String(), sha256: Type.String(), sizeBytes: Type.Integer() });
export type SnapshotFile = Static<typeof fileSchema>;

/** A path of a file in a snapshot: decoded once, as segments; nothing that could leave a folder. */
export function checkFilePath(path: string, pointer: string): string {
  const segments = path.split('/');
  const bad = segments.some(
    (segment) =>
      segment === '' || segment === '.' || segment === '..' || /[\\:\u0000-\u001f\u007f]/.test(segment) || segment.length > 255,
  );
  if (bad || path.length > 1_000)
    throw invalidField(
      pointer,
      `"${path.slice(0, 100)}" is not a path like folder/file.csv (no empty parts, dots, backslashes or colons)`,
    );
  return path;
}

export const datasetExists = (name: string) =>
  conflict('dataset-exists', `This project has a dataset "${name}" already. Add a snapshot to it, or choose another name.`);
export const noFiles = () =>
  invalidField(
    '/files',
    'a snapshot needs at least one file: send multipart/form-data with a part per file, or a list of files whose blobs were put',
  );
export const duplicatePath = (path: string) => invalidField('/files', `the path "${path}" comes twice`);
export const blobNotThere = (index: number, sha256: string) =>
  new Problem(
    400,
    'blob-missing',
    `This project has not uploaded the content ${sha256}. PUT it to /projects/{project}/blobs/${sha256} first.`,
    {
      errors: [{ pointer: `/files/${index}/sha256`, detail: 'was not uploaded' }],
    },
  );
