import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { findArtifact } from '../artifacts/index.ts';
import {
  buildRevision,
  createEnvironment,
  environmentForRun,
  findByName,
  resolveEnvironment,
  revisionsOf,
} from '../environments/index.ts';
import { sha256 } from '../kit/digest.ts';
import { type Context, conflict, Problem } from '../platform/index.ts';
import type { Project } from '../projects/index.ts';
import { filesRefOf, nameOfVersion, type VersionRow } from '../registry/index.ts';
import { findRun } from '../tracking/index.ts';

const noEnvironment = (version: VersionRow) =>
  conflict(
    'no-model-environment',
    `Nobody knows what ${nameOfVersion(version)} runs in: no job with an environment logged it, and it has no requirements.txt. Log it again with MLflow, or from a job.`,
  );

/**
 * The environment revision that a version is served in: that of the job that logged it, else one resolved from the requirements that lie with
 * the model. The latter is named by what it holds, so that versions with the same requirements share one.
 */
export async function environmentOfVersion(ctx: Context, project: Project, version: VersionRow): Promise<string> {
  const run = version.sourceRunId ? await findRun(ctx, version.sourceRunId) : null;
  if (run?.environmentRevisionId && (await isThere(ctx, run.environmentRevisionId))) return run.environmentRevisionId;
  const requirements = await readFile(ctx, version, 'requirements.txt');
  if (requirements === null) throw noEnvironment(version);
  const packages = packagesOf(requirements);
  if (!packages.some((line) => /^mlflow(-skinny)?\b/i.test(line))) packages.push('mlflow');
  const python = pythonOf(await readFile(ctx, version, 'python_env.yaml'));
  const name = `model ${sha256(JSON.stringify([python ?? null, packages])).slice(0, 12)}`;
  const known = await findByName(ctx, project.id, name);
  if (known) {
    const [newest] = await revisionsOf(ctx, known.id, 1);
    if (newest && newest.state !== 'failed' && newest.state !== 'restricted')
      return (await resolveEnvironment(ctx, project, newest.id)).revisionId!;
  }
  const environment =
    known ??
    (await createEnvironment(ctx, {
      name,
      projectId: project.id,
      description: `Made to serve ${nameOfVersion(version)}, from the requirements that lie with the model.`,
    }));
  return (await buildRevision(ctx, environment.id, { packages, ...(python ? { python } : {}) })).id;
}

async function isThere(ctx: Context, revisionId: string): Promise<boolean> {
  try {
    await environmentForRun(ctx, revisionId, { mustBeReady: true });
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

async function readFile(ctx: Context, version: VersionRow, path: string): Promise<string | null> {
  const file = await findArtifact(ctx, filesRefOf(version.id), path);
  if (!file || file.sizeBytes > 1024 * 1024) return null;
  return text(await ctx.platform.blobs.read(file.sha256));
}

/** One requirement a line; options and references are refused where the environment is made. */
function packagesOf(requirements: string): string[] {
  return requirements
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean);
}

/** Models need the minor version that pickled them; the patch does not matter. */
function pythonOf(file: string | null): string | undefined {
  if (file === null) return undefined;
  try {
    const version = String((parse(file, { maxAliasCount: 10 }) as { python?: unknown } | null)?.python ?? '');
    return /^3\.\d{1,2}/.exec(version)?.[0];
  } catch {
    return undefined;
  }
}
