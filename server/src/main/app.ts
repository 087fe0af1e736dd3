import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { startUploadSweeper } from '../artifacts/index.ts';
import { type Dispatcher, ensureCompute, makeLocalExecutor, startDispatcher } from '../compute/index.ts';
import { type Gateway, openGateway, startSupervisor } from '../deployments/index.ts';
import { startMonitors } from '../monitoring/index.ts';
import { startNotifier } from '../notifications/index.ts';
import { ensureFirstAdministrator, makeAuthenticate } from '../people/index.ts';
import {
  type BlobStore,
  buildServer,
  type Config,
  type Connection,
  checkBlobs,
  type Logger,
  listenForSignals,
  makeLog,
  migrate,
  migrateTasks,
  openBlobStore,
  openDatabase,
  type Platform,
  registerProcess,
  type ServerProcess,
  sharedFolder,
  startListeners,
  startSealer,
  startTasks,
  systemClock,
  type Wire,
} from '../platform/index.ts';
import { openPredictionLog, type PredictionLog } from '../predictions/index.ts';
import { ensureDefaultProject } from '../templates/index.ts';
import { contentOrigin } from '../wires/content/index.ts';
import { gitWire } from '../wires/git/index.ts';
import { mlflowWire } from '../wires/mlflow/index.ts';
import { servingWire } from '../wires/serving/index.ts';
import { kinds, listeners, tasks } from './listeners.ts';
import { probes } from './probes.ts';
import { makeRoutes } from './routes.ts';
import { docsWire } from './serve-docs.ts';
import { serveWeb } from './serve-web.ts';

/** A running Plinth: one process of possibly several on the same database. */
export interface App {
  readonly platform: Platform;
  readonly http: FastifyInstance;
  readonly process: ServerProcess;
  readonly administratorId: string;
  readonly predictions: PredictionLog;
  /** Where it listens. */
  readonly url: string;
  /** Ends what runs here; with `handOver` it is left to the next server. */
  stop(options?: { handOver: boolean }): Promise<void>;
}

/** Builds everything in order and starts to listen; what was started is stopped again when a later step fails. */
export async function startApp(config: Config, connection: Connection, options: { log?: Logger } = {}): Promise<App> {
  const stops: (() => Promise<unknown>)[] = [];
  let ready = false;
  let handOver = false;
  try {
    const log = options.log ?? makeLog();
    const database = openDatabase(connection, {
      onError: (error) => log.warn({ error: error.message }, 'a database connection broke'),
    });
    stops.push(() => database.close());
    await migrate(database.pool);
    const signals = await listenForSignals(connection, (message) => log.info(message));
    stops.push(() => signals.close());
    const blobs = await openBlobs(config, log);
    const platform: Platform = { config, log, clock: systemClock, database, blobs, signals };
    await migrateTasks(platform);
    const { personId: administratorId } = await ensureFirstAdministrator(platform);
    const process = await registerProcess(platform);
    stops.push(() => process.stop());
    const predictions = openPredictionLog(platform, process);
    stops.push(() => predictions.stop());
    const gateway: Gateway = await openGateway(platform, process.host, predictions);
    stops.push(async () => gateway.stop());

    await ensureCompute(platform);
    await ensureDefaultProject(platform, administratorId);
    const works = config.role === 'all' || config.role === 'worker';
    const workloads = sharedFolder(config, 'workloads');
    const executor = works ? makeLocalExecutor({ folder: workloads, hiddenPaths: [] }) : null;

    const content = contentOrigin(platform);
    const wires: Wire[] = [probes(() => ready), docsWire, gitWire, ...mlflowWire(), servingWire(() => gateway), content.wire];
    const routes = makeRoutes(() => executor);
    const http = await buildServer({
      platform,
      routes,
      wires,
      authenticate: makeAuthenticate(platform),
      extend: (app) => serveWeb(app, config),
    });
    content.attach(http);
    stops.push(() => http.close());

    const sealer = startSealer(platform);
    stops.push(() => sealer.stop());
    const following = startListeners(platform, listeners);
    stops.push(() => following.stop());
    if (tasks.length > 0) {
      const working = await startTasks(platform, process, tasks);
      stops.push(() => working.stop());
    }

    const uploads = startUploadSweeper(platform);
    stops.push(() => uploads.stop());
    const monitors = startMonitors(platform);
    stops.push(() => monitors.stop());
    const notifier = startNotifier(platform);
    stops.push(() => notifier.stop());

    await http.listen({ host: config.host, port: config.port });
    const address = http.addresses()[0] as AddressInfo;
    if (config.port === 0) adoptPort(config, address.port);
    if (executor) {
      const url = () =>
        `http://${config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host}:${address.port}`;
      const dispatcher: Dispatcher = startDispatcher({ platform, process, executor, kinds, folder: workloads, url });
      stops.push(() => dispatcher.stop({ handOver }));
      const supervisor = startSupervisor(platform, process);
      stops.push(() => supervisor.stop());
    }
    ready = true;
    return { platform, http, process, administratorId, predictions, url: `http://${config.host}:${address.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(options?: { handOver: boolean }): Promise<void> {
    ready = false;
    handOver = options?.handOver ?? false;
    for (const step of stops.splice(0).reverse()) await step().catch(() => {});
  }
}

/** A bucket is tried before anything relies on it. What was left half received takes only room: nobody waits for a bucket to be looked through. */
async function openBlobs(config: Config, log: Logger): Promise<BlobStore> {
  await checkBlobs(config);
  const blobs = await openBlobStore(config);
  const swept = blobs
    .sweep()
    .catch((error: Error) => log.warn({ error: error.message }, 'leftovers of file contents were not removed'));
  if (!config.s3) await swept;
  return blobs;
}

/** With port 0 the URLs are known only now. */
function adoptPort(config: Config, port: number): void {
  config.publicUrl = config.publicUrl.replace(/:0$/, `:${port}`);
  config.contentUrl = config.contentUrl.replace(/:0$/, `:${port}`);
  config.port = port;
}
