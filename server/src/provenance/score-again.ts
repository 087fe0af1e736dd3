import { readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactsUnder, layOutArtifacts } from '../artifacts/index.ts';
import { isFinished, type Launch, queueWorkload, type WorkloadKind } from '../compute/index.ts';
import { environmentForRun } from '../environments/index.ts';
import { findJob } from '../jobs/index.ts';
import { parseRef, ref } from '../lineage/index.ts';
import { type Context, transaction } from '../platform/index.ts';
import { findPrediction, newestOfVersion, type WholePrediction } from '../predictions/index.ts';
import { findVersion, type VersionRow } from '../registry/index.ts';
import { dataOf, runsOfJob } from '../tracking/index.ts';
import { outputDifference, sameRelative } from './compare-results.ts';
import { finishReproduction } from './reproduce-job.ts';
import { type Difference, type Reproduction, verdictOf } from './reproduction.ts';
import { findReproduction, moveReproduction } from './reproduction-store.ts';

const modelServer = join(import.meta.dirname, '../../../python/model-server');
/** Of a version, its newest answers; of a prediction, itself. */
const mostStoredRequests = 100;

/** The version that a reproduction is about, if it is about one or about an answer of one. */
export async function versionOf(ctx: Context, reproduction: Pick<Reproduction, 'subject'>): Promise<VersionRow | null> {
  const { kind, id } = parseRef(reproduction.subject, 'subject');
  if (kind === 'version') return findVersion(ctx, id);
  if (kind !== 'prediction') return null;
  const prediction = await findPrediction(ctx, id);
  return prediction && findVersion(ctx, prediction.versionId);
}

async function storedRequests(ctx: Context, reproduction: Reproduction): Promise<WholePrediction[]> {
  const { kind, id } = parseRef(reproduction.subject, 'subject');
  if (kind === 'version') return newestOfVersion(ctx, id, mostStoredRequests);
  const prediction = kind === 'prediction' ? await findPrediction(ctx, id) : null;
  return prediction ? [prediction] : [];
}

/**
 * Has the rebuilt model answer the requests that the first one answered, in the job's environment.
 *
 * @returns false when there is nothing to score: nothing was ever asked, or the reproduction is about a job alone
 */
export async function scoreAgain(ctx: Context, reproduction: Reproduction, differences: Difference[]): Promise<boolean> {
  if ((await storedRequests(ctx, reproduction)).length === 0) return false;
  const job = (await findJob(ctx, reproduction.newJobId!))!;
  await transaction(ctx, async (tx) => {
    const workload = await queueWorkload(tx, {
      kind: 'reproduction-scoring',
      subject: ref('reproduction', reproduction.id),
      projectId: reproduction.projectId,
      ownerId: job.createdBy,
      name: `score again: ${reproduction.subject}`.slice(0, 120),
      ...(job.hardwareTierAsked ? { hardwareTier: job.hardwareTierAsked } : {}),
      environmentDigest: job.environmentDigest,
      timeoutSeconds: 900,
      context: {
        reproductionId: reproduction.id,
        environmentRevisionId: job.environmentRevisionId,
        environmentDigest: job.environmentDigest,
      },
    });
    await moveReproduction(tx, reproduction.id, ['comparing'], { state: 'scoring', scoringWorkloadId: workload.id, differences });
  });
  return true;
}

/** How compute runs the scoring: the model that was built again, the stored requests, no token of Plinth. */
export const scoringKind: WorkloadKind = {
  kind: 'reproduction-scoring',

  async prepare(ctx, workload, folder): Promise<Launch> {
    const reproduction = (await findReproduction(ctx, workload.context.reproductionId!))!;
    const environment = await environmentForRun(ctx, workload.context.environmentRevisionId!, { mustBeHere: true });
    const [model, server, requests, answers] = ['model', 'server', 'requests', 'answers'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    await layOutArtifacts(ctx, await rebuiltFiles(ctx, reproduction), model);
    await cp(modelServer, server, { recursive: true, filter: (path) => !path.includes('__pycache__') });
    await mkdir(requests, { recursive: true, mode: 0o755 });
    await mkdir(answers, { recursive: true, mode: 0o755 });
    for (const [index, { id, form, contentType, request }] of (await storedRequests(ctx, reproduction)).entries()) {
      const name = join(requests, String(index).padStart(6, '0'));
      await writeFile(`${name}.json`, JSON.stringify({ id, form, contentType }), { mode: 0o644 });
      await writeFile(`${name}.body`, request, { mode: 0o644 });
    }
    return {
      command: [
        `${environment.folder}/bin/python`,
        '-B',
        join(server, 'score.py'),
        model,
        requests,
        join(answers, 'answers.jsonl'),
      ],
      environment: { PYTHONWARNINGS: 'ignore', GIT_PYTHON_REFRESH: 'quiet', PYTHONHASHSEED: '0', ...environment.variables },
      workingFolder: answers,
      readOnlyPaths: [environment.folder, model, server, requests],
      writablePaths: [answers],
      token: false,
    };
  },

  async changed(tx, workload) {
    if (!isFinished(workload)) return;
    const reproduction = await findReproduction(tx, workload.context.reproductionId!);
    if (reproduction?.state !== 'scoring') return;
    if (workload.state !== 'succeeded') {
      await finishReproduction(tx, reproduction.id, {
        verdict: 'impossible',
        cause: 'scoring-failed',
        causeDetail: `Workload ${workload.id} is ${workload.state}. ${workload.stateReason ?? ''}`.trim(),
      });
      return;
    }
    const scored = await compareAnswers(
      tx,
      readFileSync(join(workload.folder!, 'answers', 'answers.jsonl'), 'utf8'),
      reproduction,
    );
    const differences = [...reproduction.differences, ...scored.differences];
    await finishReproduction(tx, reproduction.id, {
      verdict: verdictOf(differences),
      differences,
      compared: { ...reproduction.compared!, predictions: scored.rows },
    });
  },
};

/** The files of the model in the new job that stand where those of the version stood in the first. */
async function rebuiltFiles(ctx: Context, reproduction: Reproduction) {
  const version = (await versionOf(ctx, reproduction))!;
  const before = await runsOfJob(ctx, reproduction.jobId!);
  const runIndex = before.findIndex((run) => run.id === version.sourceRunId);
  const run = (await runsOfJob(ctx, reproduction.newJobId!))[runIndex]!;
  if (!version.sourceModelId) return under(ctx, ref('run', run.id), version.sourcePath);
  const data = await dataOf(ctx, [version.sourceRunId!, run.id]);
  const modelIndex = data.get(version.sourceRunId!)!.models.findIndex((model) => model.id === version.sourceModelId);
  return under(ctx, ref('logged-model', data.get(run.id)!.models[modelIndex]!.id), version.sourcePath);
}

async function under(ctx: Context, owner: string, folder: string) {
  const files = await artifactsUnder(ctx, owner, folder);
  return folder ? files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) })) : files;
}

async function compareAnswers(ctx: Context, lines: string, reproduction: Reproduction) {
  const answers = new Map(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; status: number; outputs: unknown[] })
      .map((answer) => [answer.id, answer]),
  );
  const differences: Difference[] = [];
  let rows = 0;
  for (const prediction of await storedRequests(ctx, reproduction)) {
    const answer = answers.get(prediction.id);
    if (!answer || answer.status !== prediction.status) {
      differences.push(difference(prediction.id, `status ${prediction.status}`, answer ? `status ${answer.status}` : null, null));
      continue;
    }
    rows += prediction.rowCount;
    if (prediction.status !== 200) continue;
    const relative = outputDifference(prediction.outputs, answer.outputs);
    if (relative <= sameRelative) continue;
    const row = prediction.outputs.findIndex((output, index) => outputDifference(output, answer.outputs[index]) === relative);
    const at = row < 0 ? prediction.id : `${prediction.id}.${row}`;
    differences.push(difference(at, show(prediction.outputs[row]), show(answer.outputs[row]), relative));
  }
  return { differences: differences.slice(0, 200), rows };
}

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
const difference = (id: string, was: string, is: string | null, relative: number | null): Difference => ({
  what: `prediction/${id}`,
  was,
  is,
  relative: relative !== null && Number.isFinite(relative) ? relative : null,
  tolerated: false,
});
