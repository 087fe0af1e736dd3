import type { Readable } from 'node:stream';
import { artifactsUnder } from '../artifacts/index.ts';
import { type TarEntry, tar } from '../kit/tar.ts';
import { type Context, transaction } from '../platform/index.ts';
import { modelCard } from './model-card.ts';
import { filesRefOf, nameOfVersion, type VersionRow } from './version.ts';
import { countLoad } from './version-store.ts';

/**
 * A version to carry away: the folder of the model as clients load it, and beside it, under `plinth/`, its card and a manifest by which its
 * digest can be checked without the server.
 */
export async function packageVersion(ctx: Context, version: VersionRow): Promise<{ fileName: string; content: Readable }> {
  const files = await artifactsUnder(ctx, filesRefOf(version.id), '');
  const card = await modelCard(ctx, version);
  await transaction(ctx, (tx) => countLoad(tx, version.id, 'package'));
  const manifest = {
    address: nameOfVersion(version),
    project: version.projectSlug,
    digest: version.digest,
    digestIs: 'SHA-256 over the lines "sha256 sizeBytes path", each with a line feed, of all files, sorted by path',
    files,
    exportedBy: ctx.actor.id,
    exportedAt: new Date().toISOString(),
  };
  const folder = `${version.modelName.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'model'}-${version.number}`;
  const entries: TarEntry[] = [
    textEntry(`${folder}/plinth/manifest.json`, manifest),
    textEntry(`${folder}/plinth/card.json`, card),
    ...files.map((file) => ({
      path: `${folder}/${file.path}`,
      sizeBytes: file.sizeBytes,
      content: () => ctx.platform.blobs.read(file.sha256),
    })),
  ];
  return { fileName: `${folder}.tar`, content: tar(entries, new Date(version.createdAt)) };
}

function textEntry(path: string, value: unknown): TarEntry {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return { path, sizeBytes: bytes.length, content: () => bytes };
}
