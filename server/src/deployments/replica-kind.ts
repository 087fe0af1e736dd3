import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactsUnder, layOutArtifacts } from '../artifacts/index.ts';
import { isFinished, type Launch, type Workload, type WorkloadKind } from '../compute/index.ts';
import { environmentForRun } from '../environments/index.ts';
import { digestOfFiles } from '../kit/digest.ts';
import { readForeignFile } from '../kit/foreign-files.ts';
import { type Context, conflict, emit, Problem } from '../platform/index.ts';
import { filesRefOf } from '../registry/index.ts';
import { findReplica, findRevision, moveReplica, notifyDeployments, type RevisionRow } from './deployment-store.ts';

const modelServer = join(import.meta.dirname, '../../../python/model-server');
const endBytes = 4_000;
/** A replica that answered for so long did not fall over its start: the next time it ends counts as the first. */
const steadySeconds = 60;

/** Where the model server of a replica listens, in the folder of its workload. */
export const socketOf = (folder: string): string => join(folder, 'run/model.sock');

/** How compute runs a replica: our model server in the model's environment, with the files of its version, without a token of Plinth. */
export const replicaKind: WorkloadKind = {
  kind: 'replica',
  sharesCores: true,

  async waitsFor(tx, workload) {
    const revision = await findRevision(tx, workload.context.deploymentRevisionId!);
    if (!revision) return null;
    const environment = await environmentForRun(tx, revision.environmentRevisionId);
    return environment.state === 'building' ? 'Waits for its environment, which is being built.' : null;
  },

  async prepare(ctx, workload, folder): Promise<Launch> {
    const revision = (await findRevision(ctx, workload.context.deploymentRevisionId!))!;
    const environment = await readyEnvironment(ctx, revision.environmentRevisionId);
    const model = join(folder, 'model');
    const server = join(folder, 'server');
    const run = join(folder, 'run');
    await layOutModel(ctx, revision, model);
    await mkdir(run, { recursive: true, mode: 0o700 });
    await cp(modelServer, server, { recursive: true, filter: (path) => !path.includes('__pycache__') });
    const cores: Record<string, string> =
      workload.tier.cpuCores === null ? {} : { OMP_NUM_THREADS: String(Math.max(1, Math.floor(workload.tier.cpuCores))) };
    return {
      command: [
        `${environment.folder}/bin/python`,
        '-B',
        join(server, 'serve.py'),
        model,
        socketOf(folder),
        join(run, 'failure'),
      ],
      environment: {
        PYTHONWARNINGS: 'ignore',
        GIT_PYTHON_REFRESH: 'quiet',
        ...cores,
        ...environment.variables,
        PLINTH_MODEL_NAME: revision.modelName,
        PLINTH_MODEL_VERSION: String(revision.versionNumber),
      },
      workingFolder: run,
      readOnlyPaths: [environment.folder, model, server],
      writablePaths: [run],
      token: false,
    };
  },

  async changed(tx, workload) {
    if (!isFinished(workload)) {
      await notifyDeployments(tx);
      return;
    }
    const replica = await findReplica(tx, workload.id);
    if (!replica) return;
    const byItself = workload.state !== 'cancelled';
    const steady = replica.readyAt !== null && Date.now() - Date.parse(replica.readyAt) > steadySeconds * 1000;
    const ended = {
      state: 'ended' as const,
      stateReason: (byItself ? failureOf(workload) : null) ?? workload.stateReason,
      lastLines: byItself ? lastLinesOf(workload) : null,
      crashes: byItself ? (steady ? 1 : replica.crashes + 1) : 0,
    };
    await moveReplica(tx, workload.id, ['starting', 'ready', 'draining'], ended);
    if (byItself && replica.state !== 'draining') {
      const revision = await findRevision(tx, replica.revisionId);
      await emit(tx, {
        verb: 'deployment.replica-failed',
        object: { type: 'deployment', id: replica.deploymentId, projectId: workload.projectId },
        data: { ...replica, ...ended, revisionNumber: revision?.number, channel: revision?.channel },
      });
    }
    await notifyDeployments(tx);
  },
};

async function readyEnvironment(ctx: Context, revisionId: string) {
  try {
    return await environmentForRun(ctx, revisionId, { mustBeHere: true });
  } catch (error) {
    const python = error instanceof Problem ? /python-unavailable:.*/s.exec(error.detail) : null;
    throw python ? conflict('python-unavailable', python[0]) : error;
  }
}

/** The files of the version, read-only: each byte is checked against its digest on the way, the set against that of the revision. */
async function layOutModel(ctx: Context, revision: RevisionRow, folder: string): Promise<void> {
  const files = await artifactsUnder(ctx, filesRefOf(revision.versionId), '');
  if (digestOfFiles(files) !== revision.digest)
    throw conflict(
      'artifact-changed',
      `The files of models:/${revision.modelName}/${revision.versionNumber} are not those that were deployed.`,
    );
  await layOutArtifacts(ctx, files, folder);
}

/** What the model server wrote down as the reason that it could not start. */
function failureOf(workload: Workload): string | null {
  return workload.folder ? readEnd(join(workload.folder, 'run/failure')) : null;
}

function lastLinesOf(workload: Workload): string | null {
  const end = workload.folder ? readEnd(join(workload.folder, 'control/log')) : null;
  return end?.split('\n').slice(-20).join('\n') ?? null;
}

/** The end of a text file of a workload, which the model may have made. */
const readEnd = (path: string): string | null =>
  readForeignFile(path, endBytes, 'end')?.toString('utf8').replaceAll('\u0000', '').trim() || null;
