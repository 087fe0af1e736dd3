import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readForeignFile, readForeignFolder } from './foreign-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = join(folder, 'secret.json');
writeFileSync(secret, 'secret');
const theirs = join(folder, 'theirs');
mkdirSync(theirs);
writeFileSync(join(theirs, 'good.json'), 'good ä');
writeFileSync(join(theirs, 'other.txt'), 'other');
writeFileSync(join(theirs, 'large.json'), 'x'.repeat(101));
symlinkSync(secret, join(theirs, 'link.json'));
mkdirSync(join(theirs, 'folder.json'));
execFileSync('mkfifo', [join(theirs, 'pipe.json')]);
symlinkSync(theirs, join(folder, 'linked'));

it('reads a file, whole or its end', () => {
  expect(readForeignFile(join(theirs, 'good.json'), 100)?.toString()).toBe('good ä');
  expect(readForeignFile(join(theirs, 'large.json'), 3, 'end')?.toString()).toBe('xxx');
});

it.each(['link.json', 'folder.json', 'pipe.json', 'large.json', 'none.json'])('takes no %s, and waits for nothing', (name) => {
  expect(readForeignFile(join(theirs, name), 100)).toBeNull();
});

it('reads of a folder what is a file of its own and has a fitting name; a link to a folder is none', () => {
  expect(readForeignFolder(theirs, /\.json$/, 100)).toEqual([{ name: 'good.json', text: 'good ä' }]);
  expect(readForeignFolder(join(folder, 'linked'), /\.json$/, 100)).toEqual([]);
  expect(readForeignFolder(join(folder, 'none'), /\.json$/, 100)).toEqual([]);
});
