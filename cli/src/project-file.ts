import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ErrorObject } from 'ajv';
import { type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { UseError } from './exit-codes.ts';

/** `plinth.yaml` as docs/plinth-yaml.schema.json describes it. */
export interface ProjectFile {
  project?: string;
  environment?: string | FileEnvironment;
  data?: Record<string, string>;
  jobs?: Record<string, FileJob>;
}

export interface FileEnvironment {
  name: string;
  python?: string;
  packages?: string[];
  /** A file of requirements beside plinth.yaml. */
  requirements?: string;
}

export interface FileJob {
  command: string | string[];
  tier?: string;
  environment?: string;
  /** Names under `data`. */
  inputs?: string[];
  variables?: Record<string, string>;
  timeoutSeconds?: number;
  retries?: number;
}

/** One thing that is wrong, at its place. `field` is where it is in words: `jobs.train.tier`. */
export interface Fault {
  line: number;
  column: number;
  field: string;
  detail: string;
}

export const fileName = 'plinth.yaml';
const schemaPath = join(import.meta.dirname, '../../docs/plinth-yaml.schema.json');

/** The nearest plinth.yaml of the folder or above it. */
export function findProjectFile(from = process.cwd()): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, fileName);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return null;
  }
}

/** `project:` alone, which every command looks for: a fault elsewhere in the file is told by who needs that part. */
export function projectOfFolder(): string | undefined {
  const path = findProjectFile();
  if (!path) return undefined;
  const { document } = read(path);
  const project = document.errors.length > 0 ? undefined : document.get('project');
  return typeof project === 'string' ? project : undefined;
}

/** The whole file. @throws UseError with every fault, each with line and field */
export async function loadProjectFile(path = findProjectFile()): Promise<{ path: string; file: ProjectFile }> {
  if (!path) throw new UseError(`There is no ${fileName} here or above. Make one with: plinth init`);
  const { file, faults } = await checkProjectFile(path);
  if (faults.length === 0) return { path, file };
  throw new UseError(faults.map((fault) => describe(path, fault)).join('\n'));
}

export const describe = (path: string, { line, column, field, detail }: Fault): string =>
  `${path}:${line}:${column}: ${field ? `${field}: ` : ''}${detail}`;

export async function checkProjectFile(path: string): Promise<{ file: ProjectFile; faults: Fault[] }> {
  const { document, lines } = read(path);
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({ ...at(error.pos[0]), field: '', detail: error.message.split('\n')[0]! }));
    return { file: {}, faults };
  }
  const file = (document.toJS({ maxAliasCount: 100 }) ?? {}) as ProjectFile;
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(schemaPath, 'utf8')) as object);
  const found: { path: string[]; detail: string }[] = validate(file) ? [] : tell(validate.errors ?? []);
  if (found.length === 0) found.push(...danglingInputs(file));
  const faults = found.map((fault) => ({
    ...at(offsetOf(document, fault.path)),
    field: fault.path.join('.'),
    detail: fault.detail,
  }));
  return { file, faults: faults.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function read(path: string): { document: Document; lines: LineCounter } {
  const lines = new LineCounter();
  try {
    return { document: parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false }), lines };
  } catch (error) {
    throw new UseError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Inputs that name no data of the file. */
const danglingInputs = ({ jobs = {}, data = {} }: ProjectFile): { path: string[]; detail: string }[] =>
  Object.entries(jobs).flatMap(([name, job]) =>
    (job.inputs ?? []).flatMap((input, index) => {
      if (Object.hasOwn(data, input)) return [];
      const known = Object.keys(data).join(', ') || 'nothing';
      return [{ path: ['jobs', name, 'inputs', String(index)], detail: `"${input}" is not under data; there is ${known}` }];
    }),
  );

/** What the schema says, for people; an alternative that fits least is left out. */
function tell(errors: ErrorObject[]): { path: string[]; detail: string }[] {
  const seen = new Map<string, { path: string[]; detail: string }>();
  for (const error of errors) {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const fault = tellOne(error, path);
    const key = fault.path.join('/');
    // What is said of all alternatives, or of names, comes last and says it best.
    if (['anyOf', 'propertyNames'].includes(error.keyword) || !seen.has(key)) seen.set(key, fault);
  }
  return [...seen.values()];
}

function tellOne({ keyword, params, message, propertyName }: ErrorObject, path: string[]): { path: string[]; detail: string } {
  switch (keyword) {
    case 'additionalProperties':
      return { path: [...path, String(params.additionalProperty)], detail: 'is not known here; check its spelling' };
    case 'required':
      return { path, detail: `needs ${String(params.missingProperty)}` };
    case 'propertyNames':
      return {
        path: [...path, String(params.propertyName)],
        detail: 'is no name for it: letters, digits and underscores, a letter first',
      };
    case 'anyOf':
      return {
        path,
        detail:
          path.at(-1) === 'command' ? 'must be text or a list of texts' : 'must be a name, or an object with name and packages',
      };
    case 'type':
      return { path, detail: `must be ${article(String(params.type))}` };
    default:
      return { path: propertyName ? [...path, propertyName] : path, detail: message ?? 'is not valid' };
  }
}

const article = (type: string): string =>
  ({
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  })[type] ?? type;

/** Where in the text a field is: its key, or the nearest thing around it that is there. */
function offsetOf(document: Document, path: string[]): number {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === part);
      if (!pair) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else {
      node = (node as { items?: Node[] } | null)?.items?.[Number(part)] ?? null;
      if (!node) return offset;
      offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}
