import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, invalidField, notFound, sharedFolder } from '../platform/index.ts';
import type { Project } from '../projects/index.ts';
import { buildFailed, notBuilt, notUsable, type Revision, revisionStates, unknownEnvironment } from './environment.ts';
import { findEnvironment, findForProject, findRevision, revisionsOf } from './environment-store.ts';

export interface ChosenEnvironment {
  name: string;
  /** Null for `base`, the system Python. */
  revisionId: string | null;
  digest: string | null;
}

const base: ChosenEnvironment = { name: 'base', revisionId: null, digest: null };

/**
 * What work in a project runs in: an environment by id or name (its newest usable or building revision), a revision by id, `base`, or the
 * project's default.
 */
export async function resolveEnvironment(ctx: Context, project: Project, asked: string | undefined): Promise<ChosenEnvironment> {
  const name = asked ?? project.defaultEnvironmentId;
  if (!name || name === 'base') return base;
  if (name.startsWith('rev_')) return chosenRevision(ctx, project, name);
  const environment = await findForProject(ctx, project.id, name);
  if (!environment) throw unknownEnvironment(name);
  const revisions = await revisionsOf(ctx, environment.id, 100);
  const found = revisions.find((revision) => revisionStates[revision.state].usable || revision.state === 'building');
  if (found) return { name: environment.name, revisionId: found.id, digest: found.digest };
  throw revisions[0] ? notUsable(environment.name, revisions[0]) : notBuilt(environment.name);
}

async function chosenRevision(ctx: Context, project: Project, id: string): Promise<ChosenEnvironment> {
  const revision = await findRevision(ctx, id);
  const environment = revision ? await findEnvironment(ctx, revision.environmentId) : null;
  if (!revision || !environment || (environment.projectId && environment.projectId !== project.id)) throw unknownEnvironment(id);
  if (!revisionStates[revision.state].usable && revision.state !== 'building') throw notUsable(environment.name, revision);
  return { name: environment.name, revisionId: revision.id, digest: revision.digest };
}

export interface BuiltEnvironment {
  state: Revision['state'];
  /** The virtual environment, read-only. */
  folder: string;
  digest: string;
  variables: Record<string, string>;
}

/** Where a revision stands. @throws 409 when it must be ready and never will be, or must lie on this machine and does not */
export async function environmentForRun(
  ctx: Context,
  revisionId: string,
  options: { mustBeReady?: boolean; mustBeHere?: boolean } = {},
): Promise<BuiltEnvironment> {
  const revision = await findRevision(ctx, revisionId);
  if (!revision) throw notFound('environment revision', revisionId);
  if ((options.mustBeReady || options.mustBeHere) && !revisionStates[revision.state].usable) {
    throw buildFailed(`Its environment is ${revision.state}: ${revision.stateReason ?? 'see the build log'}`);
  }
  if (options.mustBeHere && !existsSync(join(environmentsFolder(ctx), revision.digest ?? 'none', '.ready'))) {
    throw buildFailed(
      'Its environment is not on this machine: backups leave environments out. Build it again with the same packages: plinth env build',
    );
  }
  return {
    state: revision.state,
    folder: join(environmentsFolder(ctx), revision.digest ?? 'none'),
    digest: revision.digest ?? '',
    variables: revision.variables,
  };
}

export const environmentsFolder = (ctx: Context): string => sharedFolder(ctx.platform.config, 'environments');

export const unknownState = (state: string) => invalidField('/state', `a revision cannot be made "${state}"`);
