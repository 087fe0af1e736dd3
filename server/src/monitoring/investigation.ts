import { type Static, Type } from 'typebox';
import { nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

/** What could not be had for an investigation. */
export const investigationParts = ['rows', 'reference', 'commit', 'environment'] as const;

export const investigationSchema = Type.Object(
  {
    id: Type.String(),
    projectId: Type.String(),
    alertId: Type.String(),
    datasetId: Type.String(),
    snapshotId: Type.String({
      description:
        'The rows since the change began (recent.csv), those of the reference (reference.csv), the alert, and a notebook that reads them.',
    }),
    workspaceId: nullable(
      Type.String({ description: 'Your own, on the code and environment of the version, with the notebook open.' }),
    ),
    commit: nullable(Type.String()),
    environmentRevisionId: nullable(Type.String()),
    fromAt: nullableTimestamp,
    rowCount: Type.Integer(),
    labelledCount: Type.Integer({ description: 'Rows of which the truth is known.' }),
    referenceRows: Type.Integer(),
    missing: Type.Array(Type.Object({ what: oneOf(investigationParts), reason: Type.String() })),
    createdBy: Type.String(),
    createdByName: Type.String(),
    createdAt: timestamp,
  },
  { description: 'What a person was given to look into an alert.' },
);
export type Investigation = Static<typeof investigationSchema>;

/** Of `recent.csv`, beside the columns that were asked: their names begin so that no feature has them. */
export const ownColumns = ['prediction', 'row', 'at', 'version', 'status', 'latency_ms', 'output', 'truth'].map(
  (name) => `plinth_${name}`,
);
/** The input of the workspace, and so `PLINTH_INPUT_INVESTIGATION`. */
export const inputName = 'investigation';
export const notebookName = 'investigate.ipynb';
