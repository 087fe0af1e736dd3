import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { BlobStore } from './blob-store.ts';
import { folderBlobStore } from './folder-blob-store.ts';

/** Tries the bucket that the settings name; a folder is fine. @returns what could be better @throws BucketError */
export async function checkBlobs({ s3 }: Pick<Config, 's3'>): Promise<{ warning: string | null }> {
  if (!s3) return { warning: null };
  const { checkBucket } = await import('./s3-blob-store.ts');
  return checkBucket(s3);
}

/** The store that the settings name. @throws BucketError */
export async function openBlobStore({ blobs, s3, home, blobsCacheBytes }: Config): Promise<BlobStore> {
  if (!s3) return folderBlobStore(blobs);
  const { s3BlobStore } = await import('./s3-blob-store.ts');
  return s3BlobStore(s3, { folder: join(home, 'blob-cache'), mostBytes: blobsCacheBytes });
}
