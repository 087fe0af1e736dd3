import { organization, type ProjectRole, require } from '../access/index.ts';
import { buildRevision, createEnvironment } from '../environments/index.ts';
import { type Context, emit, invalidField, Problem, transaction } from '../platform/index.ts';
import {
  addMember,
  createProject,
  findProject,
  type NewProject,
  type Project,
  slugTaken,
  updateProject,
} from '../projects/index.ts';
import { type PreparedRepository, prepareRepository, readFileOf } from '../repos/index.ts';
import { environmentFiles, type InferredEnvironment, inferEnvironment } from './infer-environment.ts';
import { includedFile } from './requirement-lines.ts';
import { chooseTemplate, type Template } from './template.ts';

export interface NewProjectWithFiles extends Omit<NewProject, 'template' | 'gitUrl'> {
  /** Name of a template whose files become the first commit. */
  template?: string;
  /** Another repository whose branches and tags are copied. */
  gitUrl?: string;
  /** Besides the caller, who owns it. */
  members?: { email?: string; subjectId?: string; role: ProjectRole }[];
}

/**
 * Makes a project with its repository, people and environment. A copied repository is fetched first, beside; then rows and folder appear together.
 * What fails on the way leaves nothing.
 *
 * @throws what createProject throws; 400 `git-import-failed`; 400 for an unknown template or member
 */
export async function startProject(ctx: Context, input: NewProjectWithFiles): Promise<Project> {
  await require(ctx, 'project.create', organization);
  const { template: templateName, gitUrl, members = [], ...fields } = input;
  if (templateName && gitUrl) throw invalidField('/gitUrl', 'goes without a template: a project begins with one or the other');
  const template = templateName ? await chooseTemplate(templateName) : null;
  // Known here already, so that nobody waits for a copy to hear it; decided below.
  if (input.slug && (await findProject(ctx, input.slug))) throw slugTaken(input.slug);

  const prepared: PreparedRepository[] = [];
  const prepare = async (context: Context): Promise<PreparedRepository> => {
    const repository = await prepareRepository(context);
    prepared.push(repository);
    return repository;
  };
  try {
    const copied = gitUrl ? await prepare(ctx) : null;
    await copied?.copyFrom(gitUrl!);
    const [project, kept] = await transaction(ctx, async (tx) => {
      const made = await createProject(tx, {
        ...fields,
        template: template ? `${template.name}@${template.version}` : null,
        gitUrl: gitUrl ?? null,
      });
      for (const [index, member] of members.entries()) await addMemberAt(tx, made.id, member, index);
      const repository = copied ?? (await prepare(tx));
      if (template)
        await repository.commitFiles(
          filesOf(template, made),
          `Begin with template ${template.name}\n\nTemplate version ${template.version}.\n`,
        );
      await repository.adopt(tx, made.id);
      const inferred = await inferFrom(repository);
      if (inferred) await beginEnvironment(tx, made, inferred);
      return [(await findProject(tx, made.id))!, repository];
    });
    // A transaction that was tried again made more than one.
    for (const repository of prepared) if (repository !== kept) await repository.discard();
    return project;
  } catch (error) {
    for (const repository of prepared) await repository.discard();
    throw error;
  }
}

/** The files of a template; its plinth.yaml names the project, so that the command line works in a clone at once. */
const filesOf = (template: Template, project: Project) =>
  template.contents.map(({ path, content }) =>
    path === 'plinth.yaml' ? { path, content: `project: ${project.slug}\n${content.toString('utf8')}` } : { path, content },
  );

async function addMemberAt(
  tx: Context,
  projectId: string,
  member: NonNullable<NewProjectWithFiles['members']>[number],
  index: number,
): Promise<void> {
  try {
    await addMember(tx, projectId, member);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const errors = error.errors.map(({ pointer, detail }) => ({ pointer: `/members/${index}${pointer}`, detail }));
    throw new Problem(error.status, error.code, error.detail, { errors, extra: error.extra });
  }
}

async function inferFrom(repository: PreparedRepository): Promise<InferredEnvironment | null> {
  const files: Record<string, string> = {};
  const read = async (path: string): Promise<void> => {
    if (files[path] !== undefined || Object.keys(files).length >= 30) return;
    const text = await readFileOf(repository.folder, 'refs/heads/main', path);
    if (text === null) return;
    files[path] = text;
    if (!path.endsWith('.txt')) return;
    for (const line of text.split('\n')) {
      const included = includedFile(line);
      if (included) await read(included);
    }
  };
  for (const path of environmentFiles) await read(path);
  return inferEnvironment(files);
}

/** The project's own environment, its default, with a first revision that is built while people look around. */
async function beginEnvironment(tx: Context, project: Project, inferred: InferredEnvironment): Promise<void> {
  const skipped = inferred.skipped.length > 0 ? ` Not taken over: ${inferred.skipped.join('; ')}` : '';
  const environment = await createEnvironment(tx, {
    name: project.slug,
    projectId: project.id,
    description: `From ${inferred.source} of the first commit.${skipped}`.slice(0, 2000),
  });
  await buildRevision(tx, environment.id, {
    packages: inferred.packages,
    ...(inferred.python ? { python: inferred.python } : {}),
  });
  await updateProject(tx, project.id, project.version, { defaultEnvironmentId: environment.id });
  const after = (await findProject(tx, project.id))!;
  await emit(tx, { verb: 'project.changed', object: { type: 'project', id: project.id, projectId: project.id }, data: after });
}
