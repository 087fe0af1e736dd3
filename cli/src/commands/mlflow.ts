import type { Command } from 'commander';
import { exitCodes, UseError } from '../exit-codes.ts';
import { copyAll } from '../mlflow/copy.ts';
import { FileStore } from '../mlflow/file-store.ts';
import { Report } from '../mlflow/report.ts';
import { MlflowServer, type ServerOptions } from '../mlflow/server.ts';
import { ServerSource } from '../mlflow/server-source.ts';
import type { Source } from '../mlflow/shapes.ts';
import { WireProblem } from '../mlflow/wire-problem.ts';
import { note } from '../output.ts';
import type { Session } from '../session.ts';
import { count, verb } from '../verbs.ts';

interface Options {
  parallel: number;
}

/** More at once only makes the slower of both sides wait longer. */
const mostParallel = 16;

const parallelOption: [string, string, (text: string) => number, number] = [
  '--parallel <runs>',
  `runs in hand at once, up to ${mostParallel}`,
  parallelOf,
  4,
];

/** What others keep, brought in, and what is here, brought out: by MLflow's protocol on both sides. */
export function mlflowCommands(program: Command): void {
  verb<[string], Options>(
    program.command('import').description('bring in what another platform keeps'),
    'mlflow <source>',
    'experiments, runs, artifacts and registry of an MLflow server (its URL) or of an mlruns folder into the project; call it again to go on',
    async ({ args: [from], options, session }) => {
      const project = await session.client.call('getProject', { project: session.needProject() });
      const report = new Report(Boolean(options.json));
      const source = await openSource(from, report);
      const target = serverOfProject(session, project.id);
      const guarded = await guardOf(session, project.id);
      note(`From ${source.name} into project ${project.slug}.`);
      await copyAndTell({ source, target, report, parallel: options.parallel, guarded }, options);
    },
    [parallelOption],
  );
  verb<[string], Options>(
    program.command('export').description('bring out what a project keeps'),
    'mlflow <url>',
    'experiments, runs, artifacts and registry of the project to an MLflow server; call it again to go on',
    async ({ args: [to], options, session }) => {
      if (!/^https?:\/\//.test(to)) throw new UseError(`"${to}" is no URL of an MLflow server, like http://127.0.0.1:5000.`);
      const project = await session.client.call('getProject', { project: session.needProject() });
      const report = new Report(Boolean(options.json));
      const source = new ServerSource(serverOfProject(session, project.id));
      const target = otherServer(to);
      note(`From project ${project.slug} to ${target.url}.`);
      await copyAndTell({ source, target, report, parallel: options.parallel, guarded: () => null }, options);
    },
    [parallelOption],
  );
}

async function openSource(from: string, report: Report): Promise<Source> {
  if (/^https?:\/\//.test(from)) {
    const server = otherServer(from);
    try {
      await server.search('experiments/search', { max_results: 1 });
    } catch (error) {
      if (error instanceof WireProblem && error.status === 404)
        throw new UseError(
          `${server.url} does not answer as an MLflow server. Give the URL that clients use as MLFLOW_TRACKING_URI.`,
        );
      throw error;
    }
    return new ServerSource(server);
  }
  const scheme = /^([a-z][\w+.-]+):/i.exec(from)?.[1];
  if (scheme && scheme !== 'file')
    throw new UseError(
      `"${scheme}:" cannot be read directly. Start a server on it (mlflow server --backend-store-uri …) and give its URL.`,
    );
  const folder = scheme ? decodeURIComponent(new URL(from).pathname) : from;
  const told = new Set<string>();
  return FileStore.in(folder, (what, why) => {
    if (!told.has(what)) report.missing('runs', what, why);
    told.add(what);
  });
}

/** The other side, with the credentials that MLflow's own clients would use. */
function otherServer(url: string): MlflowServer {
  const { MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD } = process.env;
  const options: ServerOptions = { url, username: MLFLOW_TRACKING_USERNAME, password: MLFLOW_TRACKING_PASSWORD };
  // As their clients have it: a name and password stand before a token.
  return new MlflowServer(MLFLOW_TRACKING_USERNAME ? options : { ...options, token: MLFLOW_TRACKING_TOKEN });
}

/** By its id: what it is called may change, and copies name where they came from. */
const serverOfProject = (session: Session, project: string): MlflowServer =>
  new MlflowServer({ url: `${session.url}/mlflow/${encodeURIComponent(project)}`, token: session.token });

/** What only an approval opens is never tried here: trying would ask people. */
async function guardOf(session: Session, project: string): Promise<(name: string, what: 'alias' | 'stage') => string | null> {
  const { protectedAliases } = await session.client.call('getPolicy', { project });
  const names = new Set(protectedAliases.map((one) => spelledOnce(one.alias)));
  return (name, what) => {
    const isProtected = what === 'stage' ? name === 'Production' : names.has(spelledOnce(name));
    return isProtected ? 'that is protected here, so it was not set; ask for it with: plinth approval request' : null;
  };
}

const spelledOnce = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

/** What was done is told also when it ends early. */
async function copyAndTell(copy: Parameters<typeof copyAll>[0], options: { json?: boolean | string }): Promise<void> {
  try {
    await copyAll(copy);
  } catch (error) {
    copy.report.print(Boolean(options.json), false);
    throw error;
  }
  copy.report.print(Boolean(options.json), true);
  if (!copy.report.isWhole) process.exitCode = exitCodes.failed;
}

function parallelOf(text: string): number {
  const value = count(text);
  if (value > mostParallel) throw new UseError(`--parallel takes up to ${mostParallel}, not ${value}.`);
  return value;
}
