import type { Output } from '@plinth/sdk';

/** Facts of a card by key, as its page reads them. What is not recorded is null. */
export interface CardFacts {
  intendedUse: string;
  owner: { id: string; name: string };
  signature: { inputs: Entry[] | null; outputs: Entry[] | null; params: Entry[] | null };
  flavors: { name: string }[];
  metrics: { key: string; value: number | string }[];
  parameters: { key: string; value: string }[];
  trainingData: {
    name: string;
    snapshotId: string | null;
    number?: number | null;
    datasetId: string | null;
    datasetName?: string | null;
    digest: string | null;
  }[];
  code: { commit: string; patchSha256: string | null };
  environment: { revisionId: string | null; digest: string | null; python: string | null; packages: string[] };
  people: { id: string; name: string }[];
}

/** A column, a tensor or a parameter of a signature. */
export interface Entry {
  name?: string;
  type?: string;
  required?: boolean;
  default?: unknown;
  'tensor-spec'?: { dtype: string; shape: number[] };
}

export function fact<K extends keyof CardFacts>(fields: Output<'getModelCard'>['fields'], key: K): CardFacts[K] | null {
  return (fields.find((one) => one.key === key)?.value ?? null) as CardFacts[K] | null;
}
