import { existsSync, readdirSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Launch, WorkloadKind } from '../compute/index.ts';
import { inputVariable, materialiseSnapshot } from '../data/index.ts';
import { environmentForRun } from '../environments/index.ts';
import { type Context, emit, sharedFolder } from '../platform/index.ts';
import { findProject } from '../projects/index.ts';
import { git, repositoryPath } from '../repos/index.ts';
import { findTool, kernelDefinition, type Session } from './tools.ts';
import { present, stateOf } from './workspace.ts';
import { findWorkspace, type WorkspaceRow } from './workspace-store.ts';

/** How compute runs the session of a workspace. Its code and home stay when the session ends. */
export const workspaceKind: WorkloadKind = {
  kind: 'workspace',

  async waitsFor(tx, workload) {
    for (const id of [workload.context.toolRevisionId, workload.context.environmentRevisionId]) {
      if (id && (await environmentForRun(tx, id)).state === 'building') return 'Waits for its environment, which is being built.';
    }
    return null;
  },

  async prepare(ctx, workload, folder): Promise<Launch> {
    const row = (await findWorkspace(ctx, workload.context.workspaceId!))!;
    const tool = findTool(row.tool)!;
    const toolEnvironment = await environmentForRun(ctx, workload.context.toolRevisionId!, { mustBeHere: true });
    const revisionId = workload.context.environmentRevisionId;
    const environment = revisionId ? await environmentForRun(ctx, revisionId, { mustBeHere: true }) : toolEnvironment;
    const kept = join(sharedFolder(ctx.platform.config, 'workspaces'), row.id);
    const codeFolder = join(kept, 'code');
    const home = join(kept, 'home');
    await mkdir(home, { recursive: true, mode: 0o700 });
    const inputs = await layOutInputs(ctx, row, folder);
    await layOutCode(ctx, row, codeFolder, folder);
    const runtimeFolder = join(folder, 'session');
    const session: Session = {
      basePath: `/w/${row.id}/`,
      codeFolder,
      runtimeFolder,
      toolBin: `${toolEnvironment.folder}/bin`,
      environmentBin: `${environment.folder}/bin`,
      environmentName: revisionId ? 'Python (project)' : 'Python',
      contentUrl: ctx.platform.config.contentUrl,
      openFile: row.beginWith && basename(row.beginWith),
    };
    const kernel = kernelDefinition(session, sitePackages(toolEnvironment.folder));
    await mkdir(join(runtimeFolder, 'run'), { recursive: true, mode: 0o700 });
    await mkdir(dirname(join(runtimeFolder, kernel.path)), { recursive: true });
    await writeFile(join(runtimeFolder, kernel.path), kernel.content);
    const plan = tool.launch(session);
    return {
      ...plan,
      environment: { ...environment.variables, ...plan.environment, ...inputs.environment, HOME: home },
      workingFolder: codeFolder,
      readOnlyPaths: [...new Set([toolEnvironment.folder, environment.folder, ...inputs.folders])],
      writablePaths: [home, runtimeFolder],
    };
  },

  async changed(tx, workload, from) {
    const row = await findWorkspace(tx, workload.context.workspaceId!);
    if (!row || row.workloadId !== workload.id || stateOf(workload) === (from === null ? null : stateOf({ state: from }))) return;
    const workspace = present(row, workload);
    const verb = {
      starting: 'workspace.starting',
      running: 'workspace.started',
      stopping: 'workspace.stopping',
      stopped: 'workspace.stopped',
      failed: 'workspace.failed',
    }[workspace.state];
    await emit(tx, { verb, object: { type: 'workspace', id: row.id, projectId: row.projectId }, data: workspace });
  },
};

/** Snapshots at hand, read-only, each under a variable as jobs have it. */
async function layOutInputs(ctx: Context, row: WorkspaceRow, folder: string) {
  const environment: Record<string, string> = {};
  for (const { name, snapshotId } of row.inputs) {
    environment[inputVariable(name)] = join(folder, 'inputs', name);
    await materialiseSnapshot(ctx, snapshotId, join(folder, 'inputs', name));
  }
  return { environment, folders: Object.values(environment) };
}

/** A clone of the project's repository whose remote is Plinth, with the session's token as its password; made once and kept. */
async function layOutCode(ctx: Context, row: WorkspaceRow, folder: string, attemptFolder: string): Promise<void> {
  if (existsSync(folder)) return;
  const project = (await findProject(ctx, row.projectId))!;
  const temporary = `${folder}.new`;
  await rm(temporary, { recursive: true, force: true });
  const options = { folder: dirname(folder), environment: { GIT_ALLOW_PROTOCOL: 'file' }, timeoutSeconds: 300 };
  const inClone = (args: string[]) => git(join(temporary, '.git'), args, { ...options, folder: temporary });
  await git(
    null,
    ['clone', '--quiet', '--no-hardlinks', '--template=', repositoryPath(ctx.platform.config, row.projectId), temporary],
    options,
  );
  if (row.commit) await inClone(['checkout', '--quiet', '-B', row.branch, row.commit]);
  else if (row.branch !== 'main')
    await inClone(['checkout', '--quiet', '-B', row.branch, `origin/${row.branch}`]).catch(() =>
      inClone(['checkout', '--quiet', '-b', row.branch]),
    );
  await inClone(['remote', 'set-url', 'origin', `${ctx.platform.config.publicUrl}/git/${project.slug}.git`]);
  await inClone(['config', 'credential.helper', '!f() { echo username=plinth; echo "password=$PLINTH_TOKEN"; }; f']);
  await inClone(['config', 'user.name', row.ownerName]);
  await inClone(['config', 'user.email', `${row.ownerId}@plinth.invalid`]);
  if (row.patchSha256) {
    const patch = await text(await ctx.platform.blobs.read(row.patchSha256));
    await git(null, ['apply', '--whitespace=nowarn', '-'], { folder: temporary, input: patch });
  }
  if (row.beginWith) {
    const opened = join(temporary, basename(row.beginWith));
    await copyFile(join(attemptFolder, 'inputs', row.beginWith), opened);
    // Inputs are read-only; this is a copy to work in.
    await chmod(opened, 0o644);
  }
  await rename(temporary, folder);
}

function sitePackages(folder: string): string {
  const library = join(folder, 'lib');
  const version = readdirSync(library).find((name) => name.startsWith('python3'));
  return join(library, version ?? 'python3', 'site-packages');
}
