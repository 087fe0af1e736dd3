// npm's scripts of this checkout: node scripts/plinth-launch.mjs <verb> [arguments]

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { check } from './check.mjs';
import { checkout, ensureInstalled, findNode, LaunchError, runInForeground, runMain } from './launcher.mjs';
import { debianPostgresFolder, ensureSystemParts } from './system-parts.mjs';
import { runTests, runTestsOfKind } from './test-run.mjs';
import { ensureWebBuilt } from './web-build.mjs';

const verbs = {
  start: async (args) => {
    await ensureSystemParts(['git', 'python']);
    await ensureWebBuilt();
    return runFile('server/src/main/serve.ts', args);
  },
  demo: async (args) => {
    await ensureSystemParts(['git', 'python']);
    await ensureWebBuilt();
    return runFile('examples/demo.ts', args);
  },
  test: async (args) => {
    await ensureSystemParts(['git', 'python', 'chromium']);
    await ensureWebBuilt();
    return runTests(args);
  },
  check: async () => check(),
  gen: async (args) => runFile('scripts/gen.ts', args),
  bench: async (args) => {
    await ensureSystemParts(['git', 'python']);
    return runFile('bench/run.ts', args);
  },
  'test:external': async (args) => {
    const missing = await ensureSystemParts(['git', 'python', 'postgresql']);
    const folder = debianPostgresFolder();
    if (folder === null) throw new LaunchError(missing.at(-1) ?? 'PostgreSQL is missing');
    if (process.env.PLINTH_TEST_DATABASE) return runTestsOfKind('external', args, externalPaths);
    // Again this verb, with the database that is started around it.
    const again = [process.execPath, join(checkout, 'scripts/plinth-launch.mjs'), 'test:external', ...args];
    return runFile('scripts/run-external-tests.ts', [folder, ...again]);
  },
  'test:long': async (args) => runTestsOfKind('long', args),
  'test:kubernetes': async (args) => runTestsOfKind('kubernetes', args),
  'test:slurm': async (args) => runTestsOfKind('slurm', args),
};

/** What any store of contents and any PostgreSQL must carry: schema, events, background tasks, idempotency keys, every module's store, leases of jobs. */
const externalPaths = [
  'server/src/platform/blobs/',
  'server/src/platform/database/',
  'server/src/platform/events/',
  'server/src/platform/tasks.test.ts',
  'server/src/platform/http/',
  'server/src/people/',
  'server/src/projects/',
  'server/src/data/',
  'server/src/tracking/',
  'server/src/jobs/',
];

async function runFile(path, args) {
  if (!existsSync(join(checkout, path))) throw new LaunchError(`${path} is not in this checkout`);
  return runInForeground(findNode(), [join(checkout, path), ...args], { cwd: process.cwd() });
}

await runMain(async () => {
  const [verb = '', ...args] = process.argv.slice(2);
  if (!Object.hasOwn(verbs, verb))
    throw new LaunchError(`there is no command "${verb}"; there are ${Object.keys(verbs).join(', ')}`);
  await ensureInstalled();
  return verbs[verb](args);
});
