import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { parse } from 'yaml';
import { canonicalJson } from '../kit/canonical-json.ts';
import { sha256 } from '../kit/digest.ts';
import { findCheckout, invalidField, nullable } from '../platform/index.ts';

export const templateSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  description: Type.String(),
  language: Type.String(),
  version: Type.String({ description: 'Digest of the paths and contents of its files; a project records it as name@version.' }),
});

export const templateDetailSchema = Type.Object({
  ...templateSchema.properties,
  goal: Type.Union(
    [Type.Object({ title: Type.String(), metric: nullable(Type.String()), target: nullable(Type.Number()) }), Type.Null()],
    {
      description: 'An example of what a project of this kind is for.',
    },
  ),
  readme: Type.String(),
  files: Type.Array(Type.Object({ path: Type.String(), sizeBytes: Type.Integer() })),
});

/** What template.yaml says beside the files. */
interface Manifest {
  title: string;
  description: string;
  language: string;
  goal?: { title: string; metric?: string; target?: number };
}

export interface Template extends Static<typeof templateDetailSchema> {
  contents: { path: string; content: Buffer }[];
}

const folder = join(findCheckout() ?? join(import.meta.dirname, '../../..'), 'templates');
const manifestName = 'template.yaml';
const namePattern = /^[a-z][a-z0-9-]{0,59}$/;
/** What those who work on a template leave lying there. */
const litter = /(^|\/)(__pycache__|\.pytest_cache|\.ipynb_checkpoints|\.venv|mlruns|\.DS_Store)(\/|$)|\.pyc$|\.db$/;

let known: Promise<Map<string, Template>> | null = null;

/** All templates by name. They come with the code, so they are read once. */
export function templates(): Promise<Map<string, Template>> {
  known ??= readAll().catch((error: Error) => {
    known = null;
    throw error;
  });
  return known;
}

/** The template that a new project names. @throws 400 that lists those there are */
export async function chooseTemplate(name: string): Promise<Template> {
  const all = await templates();
  const found = all.get(name);
  if (!found)
    throw invalidField('/template', `there is no template "${name.slice(0, 80)}"; there are: ${[...all.keys()].join(', ')}`);
  return found;
}

async function readAll(): Promise<Map<string, Template>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && namePattern.test(entry.name)).map((entry) => entry.name);
  const all = await Promise.all(names.sort().map(readTemplate));
  return new Map(all.map((template) => [template.name, template]));
}

async function readTemplate(name: string): Promise<Template> {
  const root = join(folder, name);
  const manifest = parse(await readFile(join(root, manifestName), 'utf8')) as Manifest;
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => path !== manifestName && !litter.test(path))
    .sort();
  const contents = await Promise.all(paths.map(async (path) => ({ path, content: await readFile(join(root, path)) })));
  const { title, description, language, goal } = manifest;
  return {
    name,
    title,
    description: description.trim(),
    language,
    goal: goal ? { title: goal.title, metric: goal.metric ?? null, target: goal.target ?? null } : null,
    version: sha256(canonicalJson(contents.map(({ path, content }) => [path, sha256(content)]))).slice(0, 16),
    readme: contents.find(({ path }) => path === 'README.md')?.content.toString('utf8') ?? '',
    files: contents.map(({ path, content }) => ({ path, sizeBytes: content.length })),
    contents,
  };
}
