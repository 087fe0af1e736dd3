import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parse } from 'yaml';
import { NotFoundError, UseError } from '../exit-codes.ts';
import type {
  DatasetInput,
  Experiment,
  LoggedModel,
  Metric,
  MetricValue,
  Owner,
  Pair,
  RegisteredModel,
  Run,
  Source,
  SourceFile,
  Unreadable,
  Version,
} from './shapes.ts';

/** What no description, parameter or tag of MLflow reaches. */
const longestText = 32 * 1024 * 1024;
const deepest = 64;
const metricsAtOnce = 1_000;

type Words = Record<string, unknown>;

/**
 * Reads a folder that MLflow's own file store wrote. Nothing in it is trusted: only what lies in it is read, found by walking it and never by a
 * path that one of its files names, and no link in it is followed.
 */
export class FileStore implements Source {
  readonly name: string;
  readonly #root: string;
  readonly #unreadable: Unreadable;

  private constructor(root: string, unreadable: Unreadable) {
    this.#root = root;
    this.name = `file://${root}`;
    this.#unreadable = unreadable;
  }

  /** @throws NotFoundError, UseError */
  static async in(folder: string, unreadable: Unreadable): Promise<FileStore> {
    let root: string;
    try {
      root = await realpath(folder);
    } catch {
      throw new NotFoundError(`There is no folder "${folder}".`);
    }
    const store = new FileStore(root, unreadable);
    for await (const _experiment of store.experiments()) return store;
    throw new UseError(
      `"${folder}" is no file store of MLflow: no folder in it has the meta.yaml of an experiment. Name its mlruns folder, or the URL of the server.`,
    );
  }

  async *experiments(): AsyncGenerator<Experiment> {
    for (const trash of [false, true]) {
      const parent = trash ? join(this.#root, '.trash') : this.#root;
      for (const folder of await foldersIn(parent)) {
        if (folder === '.trash' || folder === 'models') continue;
        const meta = await this.#meta(join(parent, folder), false);
        if (!meta) continue;
        yield {
          experiment_id: trash ? `.trash/${folder}` : folder,
          name: text(meta.name) ?? folder,
          lifecycle_stage: trash ? 'deleted' : (text(meta.lifecycle_stage) ?? 'active'),
          ...optional('creation_time', number(meta.creation_time)),
          tags: await this.#pairs(join(parent, folder, 'tags')),
        };
      }
    }
  }

  async *runs(experimentId: string): AsyncGenerator<Run> {
    const folder = join(this.#root, experimentId);
    const found: { name: string; start: number }[] = [];
    for (const name of await foldersIn(folder)) {
      if (!/^[\w-]{1,64}$/.test(name) || ['tags', 'datasets', 'traces', 'models'].includes(name)) continue;
      const meta = await this.#meta(join(folder, name));
      if (meta) found.push({ name, start: number(meta.start_time) ?? 0 });
    }
    found.sort((a, b) => a.start - b.start);
    for (const { name } of found) {
      const run = await this.#run(experimentId, name);
      if (run) yield run;
    }
  }

  wholeRun = async (run: Run): Promise<Run> => run;

  async *history({ info }: Run, key: string): AsyncGenerator<Metric[]> {
    const file = join(this.#root, info.experiment_id, info.run_id, 'metrics', key);
    // The same point twice is one: so it is wherever it goes.
    const seen = new Set<string>();
    let metrics: Metric[] = [];
    for await (const line of this.#lines(file)) {
      if (seen.has(line)) continue;
      seen.add(line);
      metrics.push(this.#metric(key, line));
      if (metrics.length >= metricsAtOnce) {
        yield metrics;
        metrics = [];
      }
    }
    if (metrics.length > 0) yield metrics;
  }

  async *files({ kind, experimentId, id, uri }: Owner, unreadable: Unreadable): AsyncGenerator<SourceFile> {
    const own = kind === 'run' ? `${id}/artifacts` : `models/${id}/artifacts`;
    const scheme = /^([a-z][\w+.-]*):/i.exec(uri ?? '')?.[1]?.toLowerCase();
    // One letter before a colon is a drive.
    const elsewhere = scheme !== undefined && scheme !== 'file' && scheme.length > 1;
    if (uri && (elsewhere || !uri.replaceAll('\\', '/').replace(/\/+$/, '').endsWith(`/${own}`))) {
      unreadable('its artifacts', `are not in the folder but at ${uri}; import from the server that keeps them`);
      return;
    }
    yield* this.#walk(join(this.#root, experimentId, own), '', unreadable, 0);
  }

  async open({ kind, experimentId, id }: Owner, { path }: SourceFile): Promise<Readable> {
    const own = kind === 'run' ? [id, 'artifacts'] : ['models', id, 'artifacts'];
    const handle = await this.#openFile(join(this.#root, experimentId, ...own, path));
    return handle.createReadStream();
  }

  async *loggedModels(experimentId: string): AsyncGenerator<LoggedModel> {
    const folder = join(this.#root, experimentId, 'models');
    for (const name of await foldersIn(folder)) {
      if (!/^m-[\w-]{1,64}$/.test(name)) continue;
      const meta = await this.#meta(join(folder, name));
      if (!meta || text(meta.lifecycle_stage) === 'deleted') continue;
      const statuses: Record<string, string> = {
        1: 'LOGGED_MODEL_PENDING',
        2: 'LOGGED_MODEL_READY',
        3: 'LOGGED_MODEL_UPLOAD_FAILED',
      };
      yield {
        info: {
          model_id: name,
          experiment_id: experimentId,
          ...optional('name', text(meta.name)),
          ...optional('creation_timestamp_ms', number(meta.creation_timestamp)),
          ...optional('artifact_uri', text(meta.artifact_location)),
          status: statuses[text(meta.status) ?? ''] ?? 'LOGGED_MODEL_PENDING',
          ...optional('model_type', text(meta.model_type)),
          ...optional('source_run_id', text(meta.source_run_id)),
          tags: await this.#pairs(join(folder, name, 'tags')),
        },
        data: {
          params: await this.#pairs(join(folder, name, 'params')),
          metrics: await this.#modelMetrics(join(folder, name, 'metrics')),
        },
      };
    }
  }

  async *registeredModels(): AsyncGenerator<RegisteredModel> {
    for (const name of await foldersIn(join(this.#root, 'models'))) {
      const folder = join(this.#root, 'models', name);
      const meta = await this.#meta(folder);
      if (!meta) continue;
      const aliases = await this.#pairs(join(folder, 'aliases'));
      yield {
        name,
        description: text(meta.description) ?? '',
        ...optional('creation_timestamp', number(meta.creation_timestamp)),
        tags: await this.#pairs(join(folder, 'tags')),
        aliases: aliases.map(({ key, value }) => ({ alias: key, version: value.trim() })),
      };
    }
  }

  async *versions(model: string): AsyncGenerator<Version> {
    const parent = join(this.#root, 'models', model);
    for (const name of await foldersIn(parent)) {
      const version = /^version-(\d{1,9})$/.exec(name)?.[1];
      const meta = version && (await this.#meta(join(parent, name)));
      if (!version || !meta || text(meta.current_stage) === 'Deleted_Internal') continue;
      yield {
        name: model,
        version,
        description: text(meta.description) ?? '',
        current_stage: text(meta.current_stage) ?? 'None',
        status: text(meta.status) ?? 'READY',
        ...optional('creation_timestamp', number(meta.creation_timestamp)),
        ...optional('user_id', text(meta.user_id)),
        ...optional('source', text(meta.source)),
        ...optional('run_id', text(meta.run_id)),
        ...optional('model_id', text(meta.model_id)),
        tags: await this.#pairs(join(parent, name, 'tags')),
      };
    }
  }

  async #run(experimentId: string, id: string): Promise<Run | null> {
    const folder = join(this.#root, experimentId, id);
    const meta = await this.#meta(folder);
    if (!meta) return null;
    const statuses: Record<string, string> = { 1: 'RUNNING', 2: 'SCHEDULED', 3: 'FINISHED', 4: 'FAILED', 5: 'KILLED' };
    const status = text(meta.status) ?? '';
    const tags = await this.#pairs(join(folder, 'tags'));
    return {
      info: {
        run_id: id,
        experiment_id: experimentId,
        ...optional(
          'run_name',
          tags.find(({ key }) => key === 'mlflow.runName')?.value ?? text(meta.run_name) ?? text(meta.name),
        ),
        ...optional('user_id', text(meta.user_id)),
        status: statuses[status] ?? status,
        ...optional('start_time', number(meta.start_time)),
        ...optional('end_time', number(meta.end_time)),
        ...optional('artifact_uri', text(meta.artifact_uri)),
        lifecycle_stage: text(meta.lifecycle_stage) ?? 'active',
      },
      data: {
        metrics: await this.#latest(join(folder, 'metrics')),
        params: await this.#pairs(join(folder, 'params')),
        tags,
      },
      ...(await this.#inputsAndOutputs(experimentId, folder)),
    };
  }

  async #inputsAndOutputs(experimentId: string, folder: string): Promise<Pick<Run, 'inputs' | 'outputs'>> {
    const dataset_inputs: DatasetInput[] = [];
    const model_inputs: { model_id: string }[] = [];
    for (const name of await foldersIn(join(folder, 'inputs'))) {
      const input = await this.#meta(join(folder, 'inputs', name));
      const id = text(input?.source_id) ?? '';
      if (!input || !/^[\w-]+$/.test(id)) continue;
      if (text(input.source_type) === 'MODEL') model_inputs.push({ model_id: id });
      if (text(input.source_type) !== 'DATASET') continue;
      const dataset = await this.#meta(join(this.#root, experimentId, 'datasets', id));
      if (!dataset) continue;
      dataset_inputs.push({
        dataset: {
          name: text(dataset.name) ?? '',
          digest: text(dataset.digest) ?? '',
          source_type: text(dataset.source_type) ?? '',
          source: text(dataset.source) ?? '',
          ...optional('schema', text(dataset.schema)),
          ...optional('profile', text(dataset.profile)),
        },
        tags: Object.entries((input.tags ?? {}) as Words).map(([key, value]) => ({ key, value: String(value) })),
      });
    }
    const model_outputs: { model_id: string; step: number }[] = [];
    for (const name of await foldersIn(join(folder, 'outputs'))) {
      const output = await this.#meta(join(folder, 'outputs', name));
      if (output) model_outputs.push({ model_id: name, step: number(output.step) ?? 0 });
    }
    return { inputs: { dataset_inputs, model_inputs }, outputs: { model_outputs } };
  }

  /** The newest of each metric, as a server would say it: by step, then time, then value. */
  async #latest(folder: string): Promise<Metric[]> {
    const latest: Metric[] = [];
    for (const key of await this.#names(folder)) {
      let newest: Metric | undefined;
      for await (const line of this.#lines(join(folder, key))) {
        const metric = this.#metric(key, line);
        if (!newest || isNewer(metric, newest)) newest = metric;
      }
      if (newest) latest.push(newest);
    }
    return latest;
  }

  #metric(key: string, line: string): Metric {
    const [time, value, step] = line.split(' ');
    return { key, value: numberOfPython(value ?? ''), timestamp: Number(time), step: Number(step ?? 0) };
  }

  async #modelMetrics(folder: string): Promise<Metric[]> {
    const metrics: Metric[] = [];
    for (const key of await this.#names(folder))
      for await (const line of this.#lines(join(folder, key))) {
        const [, , , run, dataset, digest] = line.split(' ');
        metrics.push({
          ...this.#metric(key, line),
          ...optional('run_id', run),
          ...optional('dataset_name', dataset),
          ...optional('dataset_digest', digest),
        });
      }
    return metrics;
  }

  /** The files of a folder as names and contents; a name with slashes is a file in folders. */
  async #pairs(folder: string): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (const key of await this.#names(folder)) {
      try {
        pairs.push({ key, value: await this.#text(join(folder, key)) });
      } catch (error) {
        this.#unreadable(this.#told(join(folder, key)), (error as Error).message);
      }
    }
    return pairs;
  }

  async #names(folder: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { path } of this.#walk(folder, '', (what, why) => this.#unreadable(this.#told(join(folder, what)), why), 0))
      names.push(path);
    return names;
  }

  async *#walk(root: string, path: string, unreadable: Unreadable, depth: number): AsyncGenerator<SourceFile> {
    const folder = join(root, path);
    if (!(await isFolder(folder))) return;
    for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = path ? `${path}/${entry.name}` : entry.name;
      if (entry.isSymbolicLink()) unreadable(below, 'is a link, which is not followed');
      else if (entry.isDirectory() && depth >= deepest) unreadable(below, `is deeper than ${deepest} folders`);
      else if (entry.isDirectory()) yield* this.#walk(root, below, unreadable, depth + 1);
      else if (entry.isFile()) yield { path: below, sizeBytes: (await lstat(join(folder, entry.name))).size };
      else unreadable(below, 'is neither a file nor a folder');
    }
  }

  /** @returns null when there is none, which is told unless it need not be there */
  async #meta(folder: string, needed = true): Promise<Words | null> {
    try {
      // Every word as text: what Python wrote as text must not become a number or a date here.
      const meta: unknown = parse(await this.#text(join(folder, 'meta.yaml')), { schema: 'failsafe' });
      if (meta === null || typeof meta !== 'object' || Array.isArray(meta)) throw new Error('is no list of words');
      return meta as Words;
    } catch (error) {
      if (needed) this.#unreadable(this.#told(join(folder, 'meta.yaml')), (error as Error).message);
      return null;
    }
  }

  async #text(path: string): Promise<string> {
    const handle = await this.#openFile(path);
    try {
      if ((await handle.stat()).size > longestText) throw new Error(`is larger than ${longestText} bytes`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  }

  async *#lines(path: string): AsyncGenerator<string> {
    const handle = await this.#openFile(path);
    for await (const line of createInterface({ input: handle.createReadStream(), crlfDelay: Infinity }))
      if (line.trim()) yield line.trim();
  }

  /** A regular file whose whole way from the root is no link, or an error. */
  async #openFile(path: string) {
    if ((await realpath(path)) !== path) throw new Error('is a link or lies behind one, which is not followed');
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw new Error('is no file');
  }

  #told = (path: string): string => path.slice(this.#root.length + 1);
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true;
}

async function foldersIn(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== 'null' && value !== '~' ? value : undefined;

function number(value: unknown): number | undefined {
  const found = Number(text(value));
  return Number.isSafeInteger(found) ? found : undefined;
}

const optional = <K extends string, V>(key: K, value: V | undefined): { [one in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [one in K]?: V };

function numberOfPython(written: string): MetricValue {
  const words: Record<string, string> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' };
  return Object.hasOwn(words, written.toLowerCase()) ? words[written.toLowerCase()]! : Number(written);
}

function isNewer(one: Metric, other: Metric): boolean {
  const order = (one.step ?? 0) - (other.step ?? 0) || one.timestamp - other.timestamp;
  return order > 0 || (order === 0 && Number(one.value) > Number(other.value));
}
