import type { Readable } from 'node:stream';
import { type MlflowServer, proxied } from './server.ts';
import type {
  Experiment,
  LoggedModel,
  Metric,
  Owner,
  RegisteredModel,
  Run,
  Source,
  SourceFile,
  Unreadable,
  Version,
} from './shapes.ts';
import { WireProblem } from './wire-problem.ts';

interface FileEntry {
  path: string;
  is_dir?: boolean;
  /** Older servers write int64 as text. */
  file_size?: number | string;
}

/** Deeper than any real artifact: a server that invents folders for ever is left. */
const deepest = 64;

/** Reads an MLflow server, or a project of Plinth, which answers alike. */
export class ServerSource implements Source {
  readonly name: string;
  readonly #server: MlflowServer;

  constructor(server: MlflowServer) {
    this.#server = server;
    this.name = server.url;
  }

  async *experiments(): AsyncGenerator<Experiment> {
    const ask = (page_token: string | undefined) =>
      this.#server.search<{ experiments?: Experiment[] }>('experiments/search', {
        view_type: 'ALL',
        max_results: 200,
        ...(page_token ? { page_token } : {}),
      });
    for await (const { experiments } of this.#server.pages(ask)) yield* experiments ?? [];
  }

  async *runs(experimentId: string): AsyncGenerator<Run> {
    const ask = (page_token: string | undefined) =>
      this.#server.search<{ runs?: Run[] }>('runs/search', {
        experiment_ids: [experimentId],
        run_view_type: 'ALL',
        max_results: 100,
        order_by: ['attributes.start_time ASC'],
        ...(page_token ? { page_token } : {}),
      });
    for await (const { runs } of this.#server.pages(ask)) yield* runs ?? [];
  }

  async wholeRun(run: Run): Promise<Run> {
    return (await this.#server.get<{ run: Run }>('runs/get', { run_id: run.info.run_id })).run;
  }

  async *history(run: Run, key: string): AsyncGenerator<Metric[]> {
    const ask = (page_token: string | undefined) =>
      this.#server.get<{ metrics?: Metric[] }>('metrics/get-history', {
        run_id: run.info.run_id,
        metric_key: key,
        max_results: 10_000,
        page_token,
      });
    for await (const { metrics } of this.#server.pages(ask)) if (metrics?.length) yield metrics;
  }

  async *files(owner: Owner, unreadable: Unreadable, folder = '', depth = 0): AsyncGenerator<SourceFile> {
    let entries: FileEntry[];
    try {
      entries = await this.#listed(owner, folder);
    } catch (error) {
      unreadable(folder || 'the list of its files', (error as Error).message);
      return;
    }
    for (const { path, is_dir, file_size } of entries) {
      // A folder that lists itself, or what is not below it, would be walked for ever or lead elsewhere.
      const below = folder === '' || path.startsWith(`${folder}/`);
      if (!below || path === folder || !isPlainPath(path)) unreadable(path, 'is no path below the folder that lists it');
      else if (!is_dir) yield { path, sizeBytes: file_size === undefined ? undefined : Number(file_size) };
      else if (depth >= deepest) unreadable(path, `is deeper than ${deepest} folders`);
      else yield* this.files(owner, unreadable, path, depth + 1);
    }
  }

  /** By the proxy where the server keeps the files so, else by the door of its own pages, which reads any store for us. */
  async open({ kind, id, uri }: Owner, { path }: SourceFile): Promise<Readable> {
    const base = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(uri ?? '')?.[1];
    if (base !== undefined) return this.#server.download(proxied(`${base.replace(/\/+$/, '')}/${path}`));
    if (kind === 'run') return this.#server.download('/get-artifact', { run_id: id, run_uuid: id, path });
    const files = `/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(id)}/artifacts/files`;
    return this.#server.download(files, { artifact_file_path: path });
  }

  async *loggedModels(experimentId: string): AsyncGenerator<LoggedModel> {
    const ask = (page_token: string | undefined) =>
      this.#server.search<{ models?: LoggedModel[] }>('logged-models/search', {
        experiment_ids: [experimentId],
        max_results: 50,
        ...(page_token ? { page_token } : {}),
      });
    try {
      for await (const { models } of this.#server.pages(ask)) yield* models ?? [];
    } catch (error) {
      // Servers before the third generation have none, and say so by a page that is not there.
      const hasNone = error instanceof WireProblem && (error.status === 404 || error.status === 501);
      if (!hasNone || error.code === 'RESOURCE_DOES_NOT_EXIST') throw error;
    }
  }

  async *registeredModels(): AsyncGenerator<RegisteredModel> {
    const seen = new Set<string>();
    // Prompts ride on registered models and are shown only when asked for.
    for (const filter of [undefined, "tags.`mlflow.prompt.is_prompt` = 'true'"]) {
      const ask = (page_token: string | undefined) =>
        this.#server.get<{ registered_models?: RegisteredModel[] }>('registered-models/search', {
          max_results: 100,
          filter,
          page_token,
        });
      try {
        for await (const { registered_models } of this.#server.pages(ask))
          for (const model of registered_models ?? []) {
            if (!seen.has(model.name)) yield model;
            seen.add(model.name);
          }
      } catch (error) {
        // Servers older than prompts may not take this filter.
        if (!(filter && error instanceof WireProblem && error.status === 400)) throw error;
      }
    }
  }

  async *versions(model: string): AsyncGenerator<Version> {
    const quote = model.includes("'") ? '"' : "'";
    const ask = (page_token: string | undefined) =>
      this.#server.get<{ model_versions?: Version[] }>('model-versions/search', {
        filter: `name = ${quote}${model}${quote}`,
        max_results: 1000,
        page_token,
      });
    for await (const { model_versions } of this.#server.pages(ask)) yield* model_versions ?? [];
  }

  async #listed({ kind, id }: Owner, folder: string): Promise<FileEntry[]> {
    if (kind === 'model') {
      const query = folder ? { artifact_directory_path: folder } : {};
      const path = `logged-models/${encodeURIComponent(id)}/artifacts/directories`;
      return (await this.#server.get<{ files?: FileEntry[] }>(path, query)).files ?? [];
    }
    const entries: FileEntry[] = [];
    const ask = (page_token: string | undefined) =>
      this.#server.get<{ files?: FileEntry[] }>('artifacts/list', { run_id: id, path: folder || undefined, page_token });
    for await (const { files } of this.#server.pages(ask)) entries.push(...(files ?? []));
    return entries;
  }
}

/** Without empty, dot or absolute parts: what is put together to an address stays where it was meant. */
export const isPlainPath = (path: string): boolean =>
  path !== '' && !path.includes('\\') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
