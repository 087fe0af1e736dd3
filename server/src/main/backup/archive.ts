import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { sha256 } from '../../kit/digest.ts';
import { readTarIndex } from '../../kit/read-tar.ts';
import { type TarEntry, tar } from '../../kit/tar.ts';
import { fileDamaged, isSafePath, type Manifest, manifestDigestName, manifestName, noBackup, targetTaken } from './manifest.ts';

/** A file of a backup: what stands in the manifest besides its digest, which is taken while it is written. */
export interface Entry extends TarEntry {
  mode?: number;
}

/** A backup that can be read, file by file in any order. */
export interface Archive {
  manifest: Manifest;
  open(path: string): Readable;
}

/**
 * Writes a backup to a folder, or to a file when its name ends in `.tar`: under another name, synced, then renamed, so that what bears its
 * name is whole. The manifest comes last; `describe` is asked for the rest of it when all files are written.
 */
export async function writeArchive(
  place: string,
  entries: AsyncIterable<Entry>,
  describe: () => Omit<Manifest, 'files'>,
): Promise<Manifest> {
  const target = resolve(place);
  if (existsSync(target)) throw targetTaken(target);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  let manifest: Manifest | undefined;

  async function* withManifest(): AsyncGenerator<Entry> {
    const files: Manifest['files'] = [];
    for await (const entry of entries) yield hashed(entry, files);
    manifest = { ...describe(), files };
    const body = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    yield { path: manifestName, sizeBytes: body.length, content: () => body };
    const digest = Buffer.from(`${sha256(body)}\n`);
    yield { path: manifestDigestName, sizeBytes: digest.length, content: () => digest };
  }

  try {
    if (target.endsWith('.tar')) {
      await pipeline(tar(withManifest(), new Date()), createWriteStream(partial, { mode: 0o600, flush: true }));
    } else {
      await mkdir(partial, { mode: 0o700 });
      for await (const entry of withManifest()) await writeFile(join(partial, entry.path), entry);
      await sync(partial);
    }
    await rename(partial, target);
    await sync(dirname(target));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return manifest!;
}

/** The entry again, which notes its digest once its content has gone by. */
function hashed(entry: Entry, files: Manifest['files']): Entry {
  const note = (digest: string): void => {
    const { path, sizeBytes, mode } = entry;
    files.push({ path, sizeBytes, sha256: digest, ...(mode === undefined ? {} : { mode }) });
  };
  return {
    ...entry,
    content: () => {
      const content = entry.content();
      if (content instanceof Uint8Array) {
        note(sha256(content));
        return content;
      }
      return content.then((stream) => Readable.from(passing(stream, note), { objectMode: false }));
    },
  };
}

async function* passing(stream: Readable, done: (digest: string) => void): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
  done(hash.digest('hex'));
}

async function writeFile(path: string, entry: Entry): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const content = entry.content();
  const source = content instanceof Uint8Array ? Readable.from([content]) : await content;
  await pipeline(source, createWriteStream(path, { mode: 0o600, flush: true }));
  if ((await stat(path)).size !== entry.sizeBytes) throw new Error(`${entry.path} changed while it was copied`);
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Opens a backup and trusts its manifest only by its digest. The files are not read yet; `verifyArchive` does. */
export async function openArchive(place: string): Promise<Archive> {
  const target = resolve(place);
  const facts = await stat(target).catch(() => null);
  if (!facts) throw noBackup(target);
  const { sizes, open } = facts.isDirectory() ? await openFolder(target) : await openTar(target);
  if (!sizes.has(manifestName) || !sizes.has(manifestDigestName)) throw noBackup(target);
  const body = await text(open(manifestName));
  if (`${sha256(body)}\n` !== (await text(open(manifestDigestName))))
    throw fileDamaged(manifestName, `has not the digest of ${manifestDigestName}`);
  const manifest = JSON.parse(body) as Manifest;
  const named = new Set([manifestName, manifestDigestName]);
  for (const { path, sizeBytes } of manifest.files) {
    const size = sizes.get(path);
    if (!isSafePath(path)) throw fileDamaged(path, 'is no path of a backup');
    if (size === undefined) throw fileDamaged(path, 'is missing');
    if (size !== sizeBytes) throw fileDamaged(path, `has ${size} bytes instead of ${sizeBytes}`);
    named.add(path);
  }
  for (const path of sizes.keys()) if (!named.has(path)) throw fileDamaged(path, 'is not in the manifest');
  return { manifest, open };
}

/** Reads every byte. @throws with the name of the first file that is not as it was written */
export async function verifyArchive(
  archive: Archive,
  progress: (files: number, bytes: number) => void = () => {},
): Promise<void> {
  let files = 0;
  let bytes = 0;
  for (const file of archive.manifest.files) {
    const hash = createHash('sha256');
    await pipeline(archive.open(file.path), hash);
    if (hash.digest('hex') !== file.sha256) throw fileDamaged(file.path, 'has other bytes than were written');
    files += 1;
    bytes += file.sizeBytes;
    progress(files, bytes);
  }
}

interface Opened {
  sizes: Map<string, number>;
  open(path: string): Readable;
}

async function openFolder(folder: string): Promise<Opened> {
  const sizes = new Map<string, number>();
  for (const found of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (found.isDirectory()) continue;
    const path = join(found.parentPath, found.name);
    sizes.set(path.slice(folder.length + 1), (await stat(path)).size);
  }
  return { sizes, open: (path) => createReadStream(join(folder, path)) };
}

async function openTar(file: string): Promise<Opened> {
  const places = new Map((await readTarIndex(file)).map((place) => [place.path, place]));
  return {
    sizes: new Map([...places.values()].map(({ path, sizeBytes }) => [path, sizeBytes])),
    open(path) {
      const { offset, sizeBytes } = places.get(path)!;
      return sizeBytes === 0 ? Readable.from([]) : createReadStream(file, { start: offset, end: offset + sizeBytes - 1 });
    },
  };
}
