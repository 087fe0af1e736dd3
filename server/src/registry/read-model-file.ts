import type { Readable } from 'node:stream';
import { parse } from 'yaml';
import type { Artifact } from '../artifacts/index.ts';
import type { Context } from '../platform/index.ts';
import type { Signature } from './version.ts';

const maximumBytes = 1024 * 1024;

/** What a model says of itself. */
export interface ModelFacts {
  flavors: Record<string, Record<string, unknown>>;
  signature: Signature | null;
}

/** Reads the file that describes a model, if its folder has one. What cannot be read counts as not said; nothing is loaded or run. */
export async function readModelFile(ctx: Context, files: readonly Artifact[]): Promise<ModelFacts> {
  const text = await readSmallFile(ctx, files, 'MLmodel');
  const said = text === null ? null : asRecord(parseYaml(text));
  return { flavors: flavorsOf(said?.flavors), signature: signatureOf(said?.signature) };
}

/** A file's text; null when it is not there or too large to be what is looked for. */
export async function readSmallFile(ctx: Context, files: readonly Artifact[], path: string): Promise<string | null> {
  const file = files.find((one) => one.path === path);
  if (!file || file.sizeBytes > maximumBytes) return null;
  const content: Readable = await ctx.platform.blobs.read(file.sha256);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  // PostgreSQL has no place for NUL, and no honest file of this kind has one.
  return text.includes('\u0000') ? null : text;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { schema: 'core', maxAliasCount: 10, logLevel: 'silent' });
  } catch {
    return null;
  }
}

const asRecord = (value: unknown): Record<string, unknown> | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

function flavorsOf(value: unknown): ModelFacts['flavors'] {
  const entries = Object.entries(asRecord(value) ?? {}).slice(0, 50);
  return Object.fromEntries(entries.map(([name, options]) => [plain(name), plain(asRecord(options) ?? {})]));
}

function signatureOf(value: unknown): Signature | null {
  const said = asRecord(value);
  if (!said) return null;
  const signature = { inputs: fields(said.inputs), outputs: fields(said.outputs), params: fields(said.params) };
  return signature.inputs || signature.outputs || signature.params ? signature : null;
}

/** Columns come as a JSON text inside the YAML. */
function fields(value: unknown): unknown[] | null {
  try {
    const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return Array.isArray(list) ? (plain(list) as unknown[]) : null;
  } catch {
    return null;
  }
}

const deepest = 40;

/** As JSON holds it: without NUL, half characters, and what is nested deeper than anything honest. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null || depth > deepest) return null;
  if (Array.isArray(value)) return value.map((inner) => plain(inner, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plain(key), plain(inner, depth + 1)]));
}
