import { insertGrant, insertScope, organization, organizationId, require } from '../access/index.ts';
import { holdFolder, openFolderFor } from '../folders/index.ts';
import { newId } from '../kit/ids.ts';
import { slugOf } from '../kit/slug.ts';
import { type Context, emit, transaction } from '../platform/index.ts';
import { type Goal, type Project, slugMalformed, slugPattern, slugTaken } from './project.ts';
import { findProject, insertGoal, insertProject, insertStageChange } from './project-store.ts';

export interface NewProject {
  name: string;
  /** URL segment; made from the name when left out. */
  slug?: string;
  description?: string;
  folderId?: string;
  /** Where in its arc it begins. */
  stage?: Project['stage'];
  /** What it is for, with the metric by which one will know. */
  goal?: { title: string; metric?: string; target?: number; direction?: Goal['direction']; dueOn?: string };
  /** Recorded as where it came from; the files are brought by templates/. */
  template?: string | null;
  gitUrl?: string | null;
}

/** Makes a project owned by the caller. Files and environments come from templates/, which calls this. */
export async function createProject(ctx: Context, input: NewProject): Promise<Project> {
  await require(ctx, 'project.create', organization);
  if (input.folderId) await openFolderFor(ctx, input.folderId, 'folder.use', '/folderId');
  if (input.slug !== undefined && !slugPattern.test(input.slug)) throw slugMalformed();
  return transaction(ctx, async (tx) => {
    const id = newId('prj');
    const slug = input.slug ?? (await freeSlug(tx, slugOf(input.name, 'project')));
    if (input.slug && (await findProject(tx, slug))) throw slugTaken(slug);
    if (input.folderId) await holdFolder(tx, input.folderId, '/folderId');
    const stage = input.stage ?? 'ideation';
    await insertProject(tx, {
      id,
      organizationId,
      folderId: input.folderId ?? null,
      slug,
      name: input.name,
      description: input.description ?? '',
      stage,
      status: 'active',
      ownerId: ctx.actor.id,
      template: input.template ?? null,
      gitUrl: input.gitUrl ?? null,
    });
    await insertScope(tx, { id, kind: 'project', parentId: input.folderId ?? organizationId });
    await insertGrant(tx, { subjectId: ctx.actor.id, scopeId: id, role: 'owner' });
    await insertStageChange(tx, {
      projectId: id,
      fromStage: null,
      toStage: stage,
      fromStatus: null,
      toStatus: 'active',
      reason: 'created',
    });
    if (input.goal) {
      await insertGoal(tx, {
        id: newId('gol'),
        projectId: id,
        title: input.goal.title,
        metric: input.goal.metric ?? null,
        target: input.goal.target ?? null,
        direction: input.goal.direction ?? 'maximize',
        dueOn: input.goal.dueOn ?? null,
        state: 'open',
        ownerId: ctx.actor.id,
      });
    }
    const project = (await findProject(tx, id))!;
    await emit(tx, { verb: 'project.created', object: { type: 'project', id, projectId: id }, data: project });
    return project;
  });
}

async function freeSlug(tx: Context, wanted: string): Promise<string> {
  const base = /^[a-z]/.test(wanted) && wanted.length > 1 ? wanted : `project-${wanted}`;
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base.slice(0, 55)}-${number}`;
    if (!(await findProject(tx, slug))) return slug;
  }
}
