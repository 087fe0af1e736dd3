import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { order } from './floors.ts';

const root = resolve(import.meta.dirname, '..');

interface Import {
  from: string;
  to: string;
  /** `import type` and `declare module` leave no trace at run time. */
  typeOnly: boolean;
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => name.replaceAll('\\', '/'));
const sources = new Map(files.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
const isTest = (name: string): boolean => /\.test\.ts$|^testing\/|-contract\.ts$/.test(name);
const moduleOf = (name: string): string => name.split('/')[0]!;

const imports: Import[] = [];
for (const [from, text] of sources) {
  for (const match of text.matchAll(/^(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm)) {
    imports.push({
      from,
      to: relative(root, resolve(root, dirname(from), match[3]!)),
      typeOnly: match[2] !== undefined || onlyTypes(match[0]),
    });
  }
  for (const match of text.matchAll(/import\('(\.[^']+)'\)/g))
    imports.push({ from, to: relative(root, resolve(root, dirname(from), match[1]!)), typeOnly: false });
}

/** `import { type A, type B } from …` is erased as well. */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith('type '));
}

describe('the house', () => {
  it('has only folders that have a floor', () => {
    expect([...new Set(files.map(moduleOf))].filter((folder) => !order.includes(folder))).toEqual([]);
  });

  it('imports only downward', () => {
    const upward = imports
      .filter(({ from }) => !isTest(from))
      .filter(({ from, to }) => moduleOf(from) !== moduleOf(to) && order.indexOf(moduleOf(to)) < order.indexOf(moduleOf(from)))
      .map(({ from, to }) => `${from} → ${to}`);
    expect(upward).toEqual([]);
  });

  it('enters modules by their index.ts', () => {
    const past = imports
      .filter(({ from }) => !isTest(from))
      .filter(
        ({ from, to }) => moduleOf(from) !== moduleOf(to) && moduleOf(to) !== 'kit' && !/^[^/]+\/(?:[^/]+\/)?index\.ts$/.test(to),
      )
      .map(({ from, to }) => `${from} → ${to}`);
    expect(past).toEqual([]);
  });

  it('never imports a module’s own index from inside it', () => {
    const inside = imports
      .filter(({ from, to }) => to === `${moduleOf(from)}/index.ts` && !isTest(from))
      .map(({ from, to }) => `${from} → ${to}`);
    expect(inside.filter((line) => !line.startsWith('main/'))).toEqual([]);
  });

  it('has no cycle between files at run time', () => {
    const edges = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to]);
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('keeps foreign names inside wires', () => {
    const foreign = [...sources]
      .filter(([name]) => !isTest(name) && !name.startsWith('wires/') && !name.startsWith('main/'))
      .filter(([, text]) => /RESOURCE_DOES_NOT_EXIST|INVALID_PARAMETER_VALUE|run_uuid|mlflow\.runName/.test(text))
      .map(([name]) => name);
    expect(foreign).toEqual([]);
  });

  it('keeps writes to tables in stores', () => {
    const stray = [...sources]
      .filter(([name]) => !isTest(name) && !/-store\.ts$|^platform\/|^main\//.test(name))
      .filter(([, text]) => /\.(insertInto|updateTable|deleteFrom)\(|sql(?:<[^>]*>)?`\s*(insert|update|delete)\b/.test(text))
      .map(([name]) => name);
    expect(stray).toEqual([]);
  });

  it('says in the first lines of every index.ts what the module is', () => {
    const silent = files
      .filter((name) => /^[^/]+\/index\.ts$/.test(name))
      .filter((name) => !/^(\/\*\*|\/\/)/.test(sources.get(name)!));
    expect(silent).toEqual([]);
  });
});
