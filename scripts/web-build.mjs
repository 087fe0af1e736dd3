// Builds the web UI when its sources have changed since the last build.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout, childEnvironment, findNode, LaunchError, runQuietly, say } from './launcher.mjs';
import { withLock } from './launcher-lock.mjs';

const built = join(checkout, 'web', 'dist');
const stampFile = join(built, '.stamp');

export async function ensureWebBuilt() {
  const hasPage = ['web/index.html', 'web/src/index.html'].some((page) => existsSync(join(checkout, page)));
  if (!hasPage || isCurrent(sourceHash())) return;
  await withLock('web-build', 'that builds the web UI', async () => {
    const hash = sourceHash();
    if (isCurrent(hash)) return;
    say('plinth: building the web UI');
    // Built aside and put in place whole: a running server never serves half a build, and a broken one leaves the last good one.
    const draft = join(checkout, '.cache', 'web-dist');
    const old = join(checkout, '.cache', 'web-dist-old');
    for (const folder of [draft, old]) rmSync(folder, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    const vite = join(checkout, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', 'web', '--outDir', draft, '--emptyOutDir', '--logLevel', 'warn'];
    const outcome = await runQuietly(findNode(), args, 'building the web UI', { env: childEnvironment() });
    if (outcome.code !== 0) {
      say(outcome.output.trimEnd());
      throw new LaunchError(`the web UI could not be built (exit code ${outcome.code}); the builder's words are above`);
    }
    writeFileSync(join(draft, '.stamp'), hash);
    if (existsSync(built)) renameSync(built, old);
    renameSync(draft, built);
    rmSync(old, { recursive: true, force: true });
  });
}

function isCurrent(hash) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
}

function sourceHash() {
  const hash = createHash('sha256');
  const add = (path) => {
    hash.update(`${path}\0`);
    hash.update(readFileSync(join(checkout, path)));
    hash.update('\0');
  };
  const walk = (folder) => {
    if (!existsSync(join(checkout, folder))) return;
    const entries = readdirSync(join(checkout, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && !/\.test\.tsx?$/.test(entry.name)) add(path);
    }
  };
  add('package-lock.json');
  walk('web');
  walk('sdk');
  return hash.digest('hex');
}
