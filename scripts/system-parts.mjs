// Parts that no package registry of ours carries: git, Python, a browser, a PostgreSQL of the system.
// As root on Debian a missing one is installed, elsewhere the command that installs it is named.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { runQuietly, say } from './launcher.mjs';

const parts = {
  git: { name: 'git', debianPackages: ['git'], isThere: () => onPath(['git']) !== null },
  python: {
    name: 'Python 3.10 or newer with venv',
    debianPackages: ['python3', 'python3-venv'],
    isThere: () => {
      const probe = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';
      return onPath(['python3']) !== null && spawnSync('python3', ['-c', probe], { stdio: 'ignore' }).status === 0;
    },
  },
  chromium: {
    name: 'Chromium',
    debianPackages: ['chromium'],
    isThere: () => onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) !== null,
  },
  postgresql: { name: 'PostgreSQL', debianPackages: ['postgresql'], isThere: () => debianPostgresFolder() !== null },
};

/** Makes sure of each named part; gives the sentences for those that stay missing, after having said them. */
export async function ensureSystemParts(names) {
  const missing = [];
  for (const name of names) {
    const part = parts[name];
    if (part.isThere()) continue;
    const command = `apt-get install -y --no-install-recommends ${part.debianPackages.join(' ')}`;
    if (canInstall()) {
      say(`plinth: installing ${part.name} (${command})`);
      await aptInstall(part.debianPackages);
      if (part.isThere()) continue;
    }
    const sentence = `${part.name} is missing; install it, on Debian and Ubuntu with: sudo ${command}`;
    say(`plinth: ${sentence}`);
    missing.push(sentence);
  }
  return missing;
}

/** The newest PostgreSQL of Debian's packages, which keep their programs off PATH. */
export function debianPostgresFolder() {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return null;
  const versions = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(base, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb'))) ?? null;
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath(['apt-get']) !== null;
}

async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...packages], 'installing', { env });
  if ((await install()).code === 0) return;
  // The lists of a fresh image are empty or old.
  await runQuietly('apt-get', ['update'], 'reading the package lists', { env });
  const second = await install();
  if (second.code !== 0) say(second.output.trimEnd().split('\n').slice(-5).join('\n'));
}

function onPath(names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}
