import type { Readable } from 'node:stream';

/** What MLflow's protocol says, as far as a copy needs it. Everything that may be absent there is optional here. */
export interface Pair {
  key: string;
  value: string;
}

/** A value as JSON carries it: what is no finite number is a word. */
export type MetricValue = number | string;

export interface Metric {
  key: string;
  value: MetricValue;
  timestamp: number;
  step?: number;
  model_id?: string;
  run_id?: string;
  dataset_name?: string;
  dataset_digest?: string;
}

export interface Experiment {
  experiment_id: string;
  name: string;
  lifecycle_stage?: string;
  creation_time?: number;
  tags?: Pair[];
}

export interface DatasetInput {
  dataset: { name: string; digest: string; source_type: string; source: string; schema?: string; profile?: string };
  tags?: Pair[];
}

export interface Run {
  info: {
    run_id: string;
    run_name?: string;
    experiment_id: string;
    user_id?: string;
    status?: string;
    start_time?: number;
    end_time?: number;
    artifact_uri?: string;
    lifecycle_stage?: string;
  };
  data?: { metrics?: Metric[]; params?: Pair[]; tags?: Pair[] };
  inputs?: { dataset_inputs?: DatasetInput[]; model_inputs?: { model_id: string }[] };
  outputs?: { model_outputs?: { model_id: string; step?: number }[] };
}

export interface LoggedModel {
  info: {
    model_id: string;
    experiment_id: string;
    name?: string;
    creation_timestamp_ms?: number;
    artifact_uri?: string;
    status?: string;
    model_type?: string;
    source_run_id?: string;
    tags?: Pair[];
  };
  data?: { params?: Pair[]; metrics?: Metric[] };
}

export interface RegisteredModel {
  name: string;
  description?: string;
  creation_timestamp?: number;
  user_id?: string;
  tags?: Pair[];
  aliases?: { alias: string; version: string }[];
}

export interface Version {
  name: string;
  version: string;
  creation_timestamp?: number;
  user_id?: string;
  current_stage?: string;
  description?: string;
  source?: string;
  run_id?: string;
  model_id?: string;
  status?: string;
  tags?: Pair[];
}

/** Whose files: a run's or a logged model's. */
export interface Owner {
  kind: 'run' | 'model';
  experimentId: string;
  id: string;
  /** Where its server says that they are. */
  uri: string | undefined;
}

export interface SourceFile {
  path: string;
  sizeBytes: number | undefined;
}

/** Told of what cannot be read; the rest goes on. */
export type Unreadable = (what: string, why: string) => void;

/** Where a copy is read from. Runs come oldest first, whatever their lifecycle; lists are read as they are walked. */
export interface Source {
  /** What the marks on the copies name. */
  readonly name: string;
  experiments(): AsyncIterable<Experiment>;
  runs(experimentId: string): AsyncIterable<Run>;
  /** With all that it has, where a list shows less. */
  wholeRun(run: Run): Promise<Run>;
  /** In portions. */
  history(run: Run, key: string): AsyncIterable<Metric[]>;
  files(owner: Owner, unreadable: Unreadable): AsyncIterable<SourceFile>;
  open(owner: Owner, file: SourceFile): Promise<Readable>;
  loggedModels(experimentId: string): AsyncIterable<LoggedModel>;
  registeredModels(): AsyncIterable<RegisteredModel>;
  versions(model: string): AsyncIterable<Version>;
}

export const ownerOfRun = ({ info }: Run): Owner => ({
  kind: 'run',
  experimentId: info.experiment_id,
  id: info.run_id,
  uri: info.artifact_uri,
});

export const ownerOfModel = ({ info }: LoggedModel): Owner => ({
  kind: 'model',
  experimentId: info.experiment_id,
  id: info.model_id,
  uri: info.artifact_uri,
});

export const valueIn = (pairs: readonly Pair[] | undefined, key: string): string | undefined =>
  pairs?.find((pair) => pair.key === key)?.value;
