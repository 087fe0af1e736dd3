import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isMap, parseDocument, stringify } from 'yaml';
import { exitCodes, UseError } from '../exit-codes.ts';
import { done, note, printList } from '../output.ts';
import { checkProjectFile, describe, fileName, findProjectFile } from '../project-file.ts';
import { verb } from '../verbs.ts';

/** What ties a folder to a project: plinth.yaml. */
export function projectFileCommands(program: Command): void {
  verb<[string | undefined]>(
    program,
    'init [project]',
    'tie this folder to a project (writes plinth.yaml)',
    async ({ args: [name], options, session }) => {
      const found = await session.client.call('getProject', { project: name ?? session.needProject() });
      if (existsSync(fileName)) setProject(found.slug, options.yes === true);
      else writeFileSync(fileName, newFile(session.url, found.slug));
      const { faults } = await checkProjectFile(fileName);
      for (const fault of faults) note(describe(fileName, fault));
      const text = `This folder belongs to ${found.name}. Run something with: plinth run -- python train.py`;
      done({ project: found.slug, file: resolve(fileName) }, options, text);
    },
  );
  verb<[string | undefined]>(
    program,
    'validate [file]',
    'check plinth.yaml; exit code 1 names every fault with its line',
    async ({ args: [given], options }) => {
      const path = given ?? findProjectFile();
      if (!path) throw new UseError(`There is no ${fileName} here or above. Make one with: plinth init`);
      const { faults } = await checkProjectFile(path);
      if (faults.length > 0) process.exitCode = exitCodes.failed;
      if (options.json) return printList(faults, [], options, '');
      if (faults.length === 0) note(`${path} is right.`);
      for (const fault of faults) note(describe(path, fault));
    },
  );
}

/** Changes the one line and leaves every other character as it is. */
function setProject(slug: string, replace: boolean): void {
  const text = readFileSync(fileName, 'utf8');
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new UseError(`${fileName} is not YAML. See: plinth validate`);
  const before = document.get('project', true) as { value?: unknown; range?: [number, number, number] } | undefined;
  if (before?.value === slug) return;
  if (before && !replace)
    throw new UseError(`${fileName} belongs to the project "${String(before.value)}" already. Add --yes to change that.`);
  const { contents } = document;
  const first = isMap(contents) && !contents.flow ? (contents.items[0]?.key as { range?: [number, number, number] }) : undefined;
  if (before?.range) return writeFileSync(fileName, text.slice(0, before.range[0]) + slug + text.slice(before.range[1]));
  if (first?.range)
    return writeFileSync(fileName, `${text.slice(0, first.range[0])}project: ${slug}\n${text.slice(first.range[0])}`);
  document.set('project', slug);
  writeFileSync(fileName, document.toString({ lineWidth: 0 }));
}

function newFile(url: string, slug: string): string {
  const jobs = existsSync('train.py') ? { jobs: { train: { command: 'python train.py' } } } : {};
  return `# yaml-language-server: $schema=${url}/docs/plinth-yaml.schema.json\n${stringify({ project: slug, ...jobs })}`;
}
