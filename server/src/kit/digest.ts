import { createHash } from 'node:crypto';

/** Lower-case hexadecimal SHA-256 of text (UTF-8) or bytes. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** One digest for a set of files, whatever their order: SHA-256 over "sha256 size path" lines sorted by path. */
export function digestOfFiles(files: readonly { path: string; sha256: string; sizeBytes: number }[]): string {
  const lines = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => `${file.sha256} ${file.sizeBytes} ${file.path}\n`);
  return sha256(lines.join(''));
}
