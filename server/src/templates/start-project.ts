import { organization, require } from '../access/index.ts';
import { buildRevision, createEnvironment } from '../environments/index.ts';
import { type Context, emit, invalidField, transaction } from '../platform/index.ts';
import { addMember, createProject, findProject, type NewProject, type Project, updateProject } from '../projects/index.ts';
import { prepareRepository, readFileOf } from '../repos/index.ts';
import { inferEnvironment } from './infer-environment.ts';
import { findTemplate } from './template.ts';

export interface StartProject extends NewProject {
  members?: { email?: string; subjectId?: string; role: 'owner' | 'contributor' | 'validator' | 'viewer' | 'consumer' }[];
}

/** A project with its repository, files, environment and people, or nothing of it. */
export async function startProject(ctx: Context, input: StartProject): Promise<Project> {
  await require(ctx, 'project.create', organization);
  if (input.template && input.gitUrl) throw invalidField('/gitUrl', 'and template exclude each other; give one of them');
  const template = input.template ? await findTemplate(input.template) : null;
  const repository = await prepareRepository(ctx);
  try {
    if (template) await repository.commitFiles(template.contents, `Begin from the template ${template.name}\n`);
    if (input.gitUrl) await repository.copyFrom(input.gitUrl);
    return await transaction(ctx, async (tx) => {
      const { members = [], ...rest } = input;
      const project = await createProject(tx, { ...rest, template: template ? `${template.name}@${template.version}` : null });
      await repository.adopt(tx, project.id);
      for (const member of members) await addMember(tx, project.id, member);
      await makeEnvironment(tx, project, repository.folder);
      return (await findProject(tx, project.id))!;
    });
  } catch (error) {
    await repository.discard();
    throw error;
  }
}

/** The environment that the files ask for becomes the project's default; its first build is queued. */
async function makeEnvironment(tx: Context, project: Project, repository: string): Promise<void> {
  const names = ['requirements.txt', 'pyproject.toml', 'conda.yaml', 'environment.yml'];
  const files: Record<string, string | undefined> = {};
  for (const name of names) files[name] = (await readFileOf(repository, 'main', name).catch(() => null)) ?? undefined;
  const inferred = inferEnvironment(files);
  if (!inferred) return;
  const environment = await createEnvironment(tx, { name: project.slug, projectId: project.id, description: `From ${inferred.source}` });
  await buildRevision(tx, environment.id, { packages: inferred.packages, ...(inferred.python ? { python: inferred.python } : {}) });
  await updateProject(tx, project.id, project.version, { defaultEnvironmentId: environment.id });
  await emit(tx, { verb: 'project.changed', object: { type: 'project', id: project.id, projectId: project.id }, data: { ...project, defaultEnvironmentId: environment.id } });
}
