import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

import { canEnter, choosePaths, fitsSocket, type PathFacts } from './paths.ts';

const nobody = { uid: 65534, gid: 65534 };
const asRoot: PathFacts = { databaseUser: nobody, ownUid: 0, temporaryFolder: '/tmp', canEnter: () => true };
const asPerson: PathFacts = { databaseUser: null, ownUid: 1000, temporaryFolder: '/tmp', canEnter: () => true };
const longHome = `/srv/${'a'.repeat(115)}`;

describe('where the database lies', () => {
  test('a run folder that the database user cannot enter is refused with the remedy', () => {
    const facts = { ...asRoot, canEnter: (folder: string) => !folder.startsWith('/root') };
    expect(() => choosePaths('/root/plinth', '/root/run', facts)).toThrow(/cannot enter \/root\/run; run chmod o\+x/);
  });

  test('a run folder that is too long for a socket is refused with the remedy', () => {
    expect(() => choosePaths(longHome, `/run/${'b'.repeat(100)}`, asPerson)).toThrow(
      /too long for a Unix socket; set PLINTH_RUN_DIR/,
    );
  });

  test('everything lies in the state folder when that can be', () => {
    for (const facts of [asRoot, asPerson]) {
      expect(choosePaths('/srv/plinth', undefined, facts)).toEqual({
        stateDir: '/srv/plinth/postgres',
        dataDir: '/srv/plinth/postgres/data',
        socketDir: '/srv/plinth/postgres/socket',
        binariesDir: '/srv/plinth/postgres/binaries',
      });
    }
  });

  test('a long path moves only the socket, root to /var/lib/plinth and others to the temporary folder', () => {
    const root = choosePaths(longHome, undefined, asRoot);
    const person = choosePaths(longHome, undefined, asPerson);
    expect(root.dataDir).toBe(`${longHome}/postgres/data`);
    expect(root.socketDir).toMatch(/^\/var\/lib\/plinth\/[0-9a-f]{12}\/socket$/);
    expect(person.dataDir).toBe(`${longHome}/postgres/data`);
    expect(person.socketDir).toMatch(/^\/tmp\/plinth-1000\/[0-9a-f]{12}\/socket$/);
    expect(choosePaths(longHome, undefined, { ...asPerson, temporaryFolder: longHome }).socketDir).toBe(person.socketDir);
  });

  test('the data leaves a home that the database user cannot enter, the password and lock stay', () => {
    const facts = { ...asRoot, canEnter: (folder: string) => !folder.startsWith('/root') };
    const paths = choosePaths('/root/plinth', undefined, facts);
    expect(paths.stateDir).toBe('/root/plinth/postgres');
    expect(paths.dataDir).toMatch(/^\/var\/lib\/plinth\/[0-9a-f]{12}\/data$/);
    expect(paths.socketDir).toMatch(/^\/var\/lib\/plinth\/[0-9a-f]{12}\/socket$/);
    expect(paths.binariesDir).toBe('/var/lib/plinth/binaries');
    expect(choosePaths('/root/plinth', '/run/plinth', facts).dataDir).toMatch(/^\/run\/plinth\/[0-9a-f]{12}\/data$/);
  });

  test('two state folders never share a run folder', () => {
    expect(choosePaths(`${longHome}1`, undefined, asPerson).socketDir).not.toBe(
      choosePaths(`${longHome}2`, undefined, asPerson).socketDir,
    );
  });

  test('107 bytes is the longest socket path, counted in bytes and not in letters', () => {
    const rest = '/.s.PGSQL.5432'.length;
    expect(fitsSocket('/' + 'a'.repeat(107 - rest - 1))).toBe(true);
    expect(fitsSocket('/' + 'a'.repeat(107 - rest))).toBe(false);
    expect(fitsSocket('/' + 'é'.repeat(60))).toBe(false);
  });
});

describe('whether a user may enter a folder', () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  test('one closed folder on the way closes all below it, except to its owner', () => {
    const closed = mkdtempSync(join(tmpdir(), 'plinth-paths-'));
    made.push(closed);
    const inside = join(closed, 'a', 'b');
    mkdirSync(inside, { recursive: true });
    for (const folder of [join(closed, 'a'), inside]) chmodSync(folder, 0o755);
    expect(canEnter(inside, nobody)).toBe(false);
    expect(canEnter(inside, { uid: process.getuid?.() ?? 0, gid: 0 })).toBe(true);
    chmodSync(closed, 0o755);
    expect(canEnter(inside, nobody)).toBe(true);
    expect(canEnter(join(inside, 'not', 'made', 'yet'), nobody)).toBe(true);
  });
});
