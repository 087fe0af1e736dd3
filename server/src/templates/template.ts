import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { parse } from 'yaml';
import { findCheckout, invalidField } from '../platform/index.ts';

/** A project skeleton that ships with the product: a folder under templates/ with a `template.yaml`. */
export const templateSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  description: Type.String(),
  language: Type.String(),
  version: Type.String({ description: 'Digest of its files; a project records it.' }),
  files: Type.Array(Type.String()),
});

export interface Template {
  name: string;
  title: string;
  description: string;
  language: string;
  version: string;
  files: string[];
  contents: { path: string; content: Buffer }[];
}

const folder = join(findCheckout() ?? join(import.meta.dirname, '../../..'), 'templates');

export async function listTemplates(): Promise<Template[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map(readTemplate));
}

async function readTemplate(name: string): Promise<Template> {
  const root = join(folder, name);
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'template.yaml');
  const contents = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(root.length + 1), content: await readFile(path) };
    }),
  );
  contents.sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = parse(await readFile(join(root, 'template.yaml'), 'utf8')) as { title: string; description: string; language: string };
  const hash = createHash('sha256');
  for (const { path, content } of contents) hash.update(`${path}\n`).update(content);
  return { name, ...manifest, version: hash.digest('hex').slice(0, 16), files: contents.map((file) => file.path), contents };
}

export async function findTemplate(name: string): Promise<Template> {
  const templates = await listTemplates();
  const found = templates.find((template) => template.name === name);
  if (!found) throw invalidField('/template', `there is no template "${name}"; there are ${templates.map((template) => template.name).join(', ')}`);
  return found;
}
