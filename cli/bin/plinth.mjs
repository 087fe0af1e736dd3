#!/usr/bin/env node
// The `plinth` command of a checkout: installs what is missing, then runs the command line on the pinned Node.

import { realpathSync } from 'node:fs';
import { join } from 'node:path';

import { checkout, ensureInstalled, findNode, runInteractively, runMain } from '../../scripts/launcher.mjs';

const main = join(checkout, 'cli', 'src', 'main.ts');

await runMain(async () => {
  await ensureInstalled();
  const node = findNode();
  if (realpathSync(node) === realpathSync(process.execPath)) {
    // Already on it: a second process would cost as much as the whole command.
    await import(main);
    return process.exitCode;
  }
  return runInteractively(node, [main, ...process.argv.slice(2)]);
});
