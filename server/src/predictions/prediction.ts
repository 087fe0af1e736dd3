import { Type } from 'typebox';
import { nullable, oneOf, timestamp } from '../platform/index.ts';

/** One answered request, as the gateway hands it over. Bytes are as they came and went; JSON is as the model server read it. */
export interface NewPrediction {
  id: string;
  projectId: string;
  deploymentId: string;
  channel: string;
  revisionId: string;
  versionId: string;
  /** The workload that answered. */
  replicaId: string;
  consumerId: string;
  consumerKind: string;
  at: Date;
  latencyMilliseconds: number;
  /** The HTTP status of the answer. */
  status: number;
  error: string | null;
  /** The protocol that it came by. */
  form: 'mlflow' | 'v2';
  contentType: string;
  request: Buffer;
  response: Buffer;
  rowCount: number;
  /** JSON array of column names; empty for tensors without names. */
  columnsJson: Buffer;
  /** JSON array of rows, each an array of values in the order of the columns. */
  rowsJson: Buffer;
  /** JSON array of outputs, one a row. */
  outputsJson: Buffer;
}

/** A prediction read back. `sequence` is the order of arrival within the installation. */
export interface StoredPrediction {
  sequence: number;
  id: string;
  projectId: string;
  deploymentId: string;
  channel: string;
  revisionId: string;
  versionId: string;
  replicaId: string;
  consumerId: string;
  consumerKind: string;
  at: string;
  latencyMilliseconds: number;
  status: number;
  error: string | null;
  form: 'mlflow' | 'v2';
  contentType: string;
  rowCount: number;
  columns: string[];
  rows: unknown[][];
  outputs: unknown[];
}

/** With the bytes of the exchange, for reproduction and for people. */
export interface WholePrediction extends StoredPrediction {
  request: Buffer;
  response: Buffer;
}

export const predictionSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  deploymentId: Type.String(),
  channel: Type.String(),
  revisionId: Type.String(),
  versionId: Type.String(),
  versionName: nullable(Type.String({ description: 'As models:/name/version; null once the version is not on record.' })),
  replicaId: Type.String(),
  consumer: Type.Object({ id: Type.String(), kind: Type.String(), name: nullable(Type.String()) }),
  at: timestamp,
  latencyMilliseconds: Type.Number(),
  status: Type.Integer(),
  error: nullable(Type.String()),
  form: oneOf(['mlflow', 'v2'], 'The protocol that it came by.'),
  contentType: Type.String(),
  rowCount: Type.Integer(),
  columns: Type.Array(Type.String()),
  rows: Type.Array(
    Type.Object({
      id: Type.String({ description: 'Prediction id, a dot, the row number from 0.' }),
      input: Type.Unknown(),
      output: Type.Unknown(),
    }),
  ),
});

export const wholePredictionSchema = Type.Object({
  ...predictionSchema.properties,
  request: Type.String({ description: 'The body as it came.' }),
  response: Type.String({ description: 'The body as it went.' }),
  bodyEncoding: oneOf(['utf-8', 'base64'], 'How request and response are written here.'),
});

/** `prd_….3` → prediction and row number; without a dot the row is null. */
export function parsePredictionId(text: string): { id: string; row: number | null } {
  const match = /^(prd_[0-9a-z]{26})(?:\.(\d{1,9}))?$/.exec(text);
  return match ? { id: match[1]!, row: match[2] === undefined ? null : Number(match[2]) } : { id: text, row: null };
}

/** What the ids of a prediction are called. */
export interface PredictionNames {
  consumer: string | null;
  version: string | null;
}

export function presentPrediction(prediction: StoredPrediction, names: PredictionNames, onlyRow: number | null = null) {
  const rows = prediction.rows.map((input, row) => ({
    id: `${prediction.id}.${row}`,
    input,
    output: prediction.outputs[row] ?? null,
  }));
  return {
    ...prediction,
    consumer: { id: prediction.consumerId, kind: prediction.consumerKind, name: names.consumer },
    versionName: names.version,
    rows: onlyRow === null ? rows : rows.slice(onlyRow, onlyRow + 1),
  };
}

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);

export function presentBodies({ request, response }: Pick<WholePrediction, 'request' | 'response'>) {
  const bodyEncoding = isText(request) && isText(response) ? ('utf-8' as const) : ('base64' as const);
  const encoding = bodyEncoding === 'utf-8' ? 'utf8' : 'base64';
  return { request: request.toString(encoding), response: response.toString(encoding), bodyEncoding };
}
