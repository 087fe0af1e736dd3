// Everything that must hold before a change is taken, except the tests: format, lint, types, architecture, generated files.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout, childEnvironment, findNode, runQuietly, say } from './launcher.mjs';

/** Runs every step, also after one has failed, so that one run shows all there is to mend. */
export async function check() {
  const steps = [
    ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--no-errors-on-unmatched', '.']],
    ...typedFolders().map((folder) => [`types of ${folder}`, ['node_modules/typescript/bin/tsc', '--project', folder]]),
  ];
  if (existsSync(join(checkout, 'server/src/main/architecture.test.ts'))) {
    // No test in it asks for a database, so none is started.
    steps.push([
      'architecture',
      ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', 'server/src/main/architecture.test.ts'],
      { PLINTH_TEST_DATABASE: '{}' },
    ]);
  }
  if (existsSync(join(checkout, 'scripts/gen.ts'))) steps.push(['generated files', ['scripts/gen.ts', '--check']]);

  let failed = 0;
  const tell = (name, isGood, startedAt, output) => {
    if (!isGood) failed += 1;
    if (!isGood) say(output.trimEnd());
    process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  };
  for (const [name, args, extra] of steps) {
    const startedAt = performance.now();
    const outcome = await runQuietly(findNode(), args, `checking ${name}`, { env: childEnvironment(extra) });
    tell(name, outcome.code === 0, startedAt, outcome.output);
  }
  const startedAt = performance.now();
  const faults = lockFileFaults();
  tell('lock files', faults.length === 0, startedAt, faults.join('\n'));
  if (failed > 0) say(`plinth: ${failed} ${failed === 1 ? 'check has' : 'checks have'} failed`);
  return failed > 0 ? 1 : 0;
}

/** Folders with TypeScript of their own; one without a source yet is nothing to check. */
function typedFolders() {
  const folders = readdirSync(checkout, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'node_modules',
  );
  return folders
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(checkout, name, 'tsconfig.json')) && hasTypeScript(join(checkout, name)));
}

function hasTypeScript(folder) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return false;
    return entry.isDirectory() ? hasTypeScript(join(folder, entry.name)) : /\.tsx?$/.test(entry.name);
  });
}

/** Lock files hold digests and no addresses: whoever installs uses the registry that the machine is set up for. */
function lockFileFaults() {
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: checkout, encoding: 'utf8' });
  const files = listed.status === 0 ? listed.stdout.split('\n') : ['package-lock.json'];
  const faults = [];
  for (const file of files) {
    if (!/(^|\/)(package-lock\.json|[^/]+\.lock)$/.test(file) || !existsSync(join(checkout, file))) continue;
    // npm's own file also holds the pages of people who ask for money, under "url".
    const address = file.endsWith('package-lock.json') ? /"resolved": "https?:/ : /\b(url|registry|index)["\s]*[=:][\s"]*https?:/;
    readFileSync(join(checkout, file), 'utf8')
      .split('\n')
      .forEach((line, index) => {
        if (address.test(line)) {
          faults.push(
            `${file}:${index + 1} names the address of a registry; take it out (npm: omit-lockfile-registry-resolved=true in .npmrc)`,
          );
        }
      });
  }
  return faults;
}
