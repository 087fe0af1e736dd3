import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findWorkload, isFinished, type Launch, type Workload, type WorkloadKind } from '../compute/index.ts';
import { readForeignFile } from '../kit/foreign-files.ts';
import { type Context, emit, sharedFolder } from '../platform/index.ts';
import { findEnvironment, findRevision, updateRevision } from './environment-store.ts';
import { packageIndexEnvironment, passwordsIn, trustedAuthorities, trusting } from './package-index.ts';
import { environmentsFolder } from './use-environment.ts';

export const uvVersion = '0.13.9';

/** How compute builds a revision, and how its end becomes the revision's state. */
export const buildKind: WorkloadKind = {
  kind: 'environment-build',

  async prepare(ctx, workload, folder): Promise<Launch> {
    const revision = (await findRevision(ctx, workload.context.environmentRevisionId!))!;
    const work = join(folder, 'work');
    mkdirSync(work, { recursive: true });
    for (const file of ['build.sh', 'digest.py', 'manifest.py']) copyFileSync(join(import.meta.dirname, file), join(work, file));
    writeFileSync(join(work, 'requirements.in'), `${revision.packages.join('\n')}\n`);
    writeFileSync(
      join(work, 'declared.json'),
      JSON.stringify({ systemPackages: revision.systemPackages, variables: revision.variables }),
    );
    const environments = environmentsFolder(ctx);
    const tools = sharedFolder(ctx.platform.config, 'tools');
    const cache = sharedFolder(ctx.platform.config, 'uv-cache');
    const index = packageIndexEnvironment(ctx.platform.config);
    const authorities = trustedAuthorities();
    const authorityFile = join(work, 'authorities.pem');
    if (authorities) writeFileSync(authorityFile, authorities.text);
    return {
      command: ['/bin/sh', 'build.sh', environments, tools, uvVersion, revision.python ?? ''],
      environment: {
        ...index,
        ...(authorities ? trusting(authorityFile) : {}),
        UV_CACHE_DIR: cache,
        UV_NO_CONFIG: '1',
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
      },
      secrets: Object.values(index).flatMap(passwordsIn),
      workingFolder: work,
      readOnlyPaths: [],
      writablePaths: [environments, tools, cache],
      token: false,
      asServerUser: true,
    };
  },

  async changed(tx, workload) {
    if (!isFinished(workload)) return;
    const id = workload.context.environmentRevisionId!;
    await updateRevision(tx, id, await outcome(tx, workload));
    const revision = (await findRevision(tx, id))!;
    const environment = (await findEnvironment(tx, revision.environmentId))!;
    await emit(tx, {
      verb: revision.state === 'ready' ? 'environment-revision.ready' : 'environment-revision.failed',
      object: { type: 'environment-revision', id, projectId: environment.projectId },
      data: revision,
    });
  },
};

async function outcome(tx: Context, workload: Workload): Promise<Parameters<typeof updateRevision>[2]> {
  const buildSeconds = workload.startedAt ? (Date.parse(workload.finishedAt!) - Date.parse(workload.startedAt)) / 1000 : 0;
  if (workload.state !== 'succeeded')
    return {
      state: 'failed',
      stateReason: (await firstError(tx, workload)) ?? workload.stateReason ?? 'The build failed; see its log.',
      buildSeconds,
    };
  const made = resultOf(join(workload.folder!, 'work'));
  if (!made) return { state: 'failed', stateReason: 'The build ended well and left no result that can be read.', buildSeconds };
  const manifest = readForeignFile(join(environmentsFolder(tx), `${made.digest}.manifest`), manifestBytes);
  return {
    ...made,
    state: 'ready',
    stateReason: null,
    buildSeconds,
    manifestSha256: manifest && (await tx.platform.blobs.put(manifest)).sha256,
  };
}

const resultBytes = 10_000;
const lockBytes = 16 * 1024 * 1024;
const manifestBytes = 256 * 1024 * 1024;

/** What the build left. Code of the packages ran where it lies, so none of it is believed for more than it is; null when it is nothing of the kind. */
function resultOf(work: string) {
  const lock = readForeignFile(join(work, 'lock.txt'), lockBytes)?.toString('utf8');
  const text = readForeignFile(join(work, 'result.json'), resultBytes)?.toString('utf8');
  // As build.sh writes it. The digest becomes the name of a folder that work is shown.
  const match =
    /^\{"digest":"([0-9a-f]{64})","python":"([\d.]{1,20})","platform":"([\w-]{1,60})","sizeBytes":(\d{1,15}),"reused":(true|false)\}\n$/.exec(
      text ?? '',
    );
  if (!lock || !match || lock.includes('\0')) return null;
  const [, digest = '', pythonVersion = '', platform = '', size, reused] = match;
  return { lock, digest, pythonVersion, platform, sizeBytes: Number(size), reused: reused === 'true' };
}

/** What the resolver said first: that is the line a person needs. */
async function firstError(tx: Context, workload: Workload): Promise<string | null> {
  const kept = await findWorkload(tx, workload.id);
  if (!kept?.logSha256) return null;
  let text = '';
  for await (const part of await tx.platform.blobs.read(kept.logSha256)) text = (text + String(part)).slice(-100_000);
  const lines = text.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => /^(error|ERROR|python-unavailable)\b|No solution found|×/.test(line));
  if (at < 0) return null;
  return lines
    .slice(at, at + 4)
    .join(' ')
    .replaceAll(/https?:\/\/[^\s]*@/g, 'https://')
    .slice(0, 500);
}
