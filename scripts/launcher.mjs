// What every command of the checkout begins with: packages are installed, the pinned Node is found, a program runs on it.
// Plain JavaScript without packages, for Node 20 and newer: it runs before anything is installed.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { withLock } from './launcher-lock.mjs';

export const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

const packageLock = join(checkout, 'package-lock.json');
const stampFile = join(checkout, 'node_modules', '.plinth-install');
/** The oldest Node that runs our TypeScript as it is. */
const oldestNodeMajor = 24;

/** A fault that is told in one sentence, without a stack. */
export class LaunchError extends Error {}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `main`; whatever it throws becomes one line and an exit code. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof LaunchError ? `plinth: ${error.message}` : (error?.stack ?? String(error)));
    process.exitCode = 1;
  }
}

/** Makes `node_modules` what package-lock.json says. Costs two stat calls when nothing has changed. */
export async function ensureInstalled() {
  if (stampFits() || adoptInstallation()) return;
  await withLock('install', 'that installs the packages', async () => {
    if (stampFits() || adoptInstallation()) return;
    say('plinth: installing the packages of package-lock.json (npm ci), which takes a minute or two');
    const outcome = await runQuietly(
      'npm',
      ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
      'installing',
      // Half an installation is seen and made anew; npm itself would first put away what it has, for half a minute.
      { patienceMs: 1000 },
    );
    if (outcome.code !== 0) {
      say(outcome.output.trimEnd());
      throw new LaunchError(`npm ci could not install the packages (exit code ${outcome.code}); its own words are above`);
    }
    writeStamp();
  });
}

/** The Node to run on: the pinned one from the packages, else the newest fitting one of the machine. */
export function findNode() {
  const pinned = join(checkout, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned) && loaderExists()) {
    if ((statSync(pinned).mode & 0o111) === 0) chmodSync(pinned, 0o755);
    return pinned;
  }
  if (majorOf(process.version) >= oldestNodeMajor) return process.execPath;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'node');
    if (folder !== '' && existsSync(candidate)) {
      const version = spawnSync(candidate, ['--version'], { encoding: 'utf8' }).stdout ?? '';
      if (majorOf(version) >= oldestNodeMajor) return candidate;
    }
  }
  throw new LaunchError(
    `no packaged Node fits ${process.platform}-${process.arch} and ${process.version} is too old; install Node ${oldestNodeMajor} or newer and put it first on PATH`,
  );
}

/** The environment for what we start: the chosen Node and the packages' commands come first on PATH. */
export function childEnvironment(extra = {}) {
  const path = [dirname(findNode()), join(checkout, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Runs a program in the foreground to its end and gives its exit code; a signal's is 128 and its number.
 *
 * The child has a process group of its own and we pass signals on, so that each reaches it once: a terminal's Ctrl-C comes to the whole
 * group of npm, and npm sends it to us again. `endGroup` removes what the child has left behind in its group.
 */
export async function runInForeground(command, args, { env = childEnvironment(), endGroup = false, cwd = checkout } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true });
  const code = await waitPassingSignals(child, -1);
  if (endGroup) killQuietly(-child.pid, 'SIGKILL');
  return code;
}

/** As `runInForeground`, for a program that talks with the person at the terminal: it stays in the terminal's own group. */
export async function runInteractively(command, args, { env = childEnvironment() } = {}) {
  const child = spawn(command, args, { env, stdio: 'inherit' });
  return waitPassingSignals(child, process.stdin.isTTY ? 0 : 1);
}

/** Runs a program whose words matter only when it fails. After ten seconds it says now and then that it is still at work. */
export async function runQuietly(command, args, what, { env = process.env, patienceMs } = {}) {
  const child = spawn(command, args, { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const startedAt = Date.now();
  const ticker = setInterval(() => say(`plinth: still ${what}, ${Math.round((Date.now() - startedAt) / 1000)} s`), 10_000);
  try {
    const code = await waitPassingSignals(child, -1, patienceMs);
    if (passedSignal !== null) process.exit(128 + constants.signals[passedSignal]);
    return { code, output };
  } finally {
    clearInterval(ticker);
  }
}

let passedSignal = null;

/**
 * `reach`: -1 passes signals to the child's group, 1 to the child, 0 trusts the terminal to have done it (SIGINT only).
 * A child that may be killed at any point is so when it has not ended within `patienceMs` of a signal.
 */
function waitPassingSignals(child, reach, patienceMs) {
  const lastAt = {};
  const pass = (signal) => {
    passedSignal = signal;
    const now = Date.now();
    if (now - (lastAt[signal] ?? 0) < 1000) return;
    lastAt[signal] = now;
    if (reach === 0 && signal === 'SIGINT') return;
    const target = reach < 0 ? -child.pid : child.pid;
    killQuietly(target, signal);
    if (patienceMs !== undefined) setTimeout(killQuietly, patienceMs, target, 'SIGKILL').unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  const parent = process.ppid;
  // npm that was killed cannot pass anything on, and a shell between npm and us drops what it gets.
  const parentWatch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) {
      clearInterval(parentWatch);
      pass('SIGTERM');
    }
  }, 500);
  return new Promise((done, fail) => {
    child.once('error', (error) => {
      fail(error.code === 'ENOENT' ? new LaunchError(`${child.spawnfile} is not there; install it and put it on PATH`) : error);
    });
    child.once('close', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  }).finally(() => {
    clearInterval(parentWatch);
    for (const signal of signals) process.off(signal, pass);
  });
}

function killQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function stampFits() {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
    if (stamp.platform !== platformName()) return false;
    const { size, mtimeMs } = statSync(packageLock);
    if (stamp.sizeBytes === size && stamp.modifiedMs === mtimeMs) return true;
    if (stamp.sha256 !== hashOf(packageLock)) return false;
    writeStamp();
    return true;
  } catch {
    return false;
  }
}

/** An installation that somebody made with npm itself is as good as ours when it holds what the lock file names. */
function adoptInstallation() {
  try {
    const wanted = JSON.parse(readFileSync(packageLock, 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(checkout, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    for (const [path, entry] of Object.entries(wanted)) {
      if (!path.includes('node_modules/') || entry.link) continue;
      if (present[path] === undefined ? mustBeHere(entry) : present[path].version !== entry.version) return false;
    }
    writeStamp();
    return true;
  } catch {
    return false;
  }
}

/** npm leaves out optional packages of other platforms, and says nothing when one of ours could not be fetched. */
function mustBeHere(entry) {
  if (!entry.optional && !entry.devOptional) return true;
  if (!entry.os && !entry.cpu) return false;
  const fits = (list, own) => !list || list.includes(own);
  const libc = loaderExists() ? 'glibc' : 'musl';
  return (
    fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && (process.platform !== 'linux' || fits(entry.libc, libc))
  );
}

function writeStamp() {
  const { size, mtimeMs } = statSync(packageLock);
  const stamp = { sha256: hashOf(packageLock), sizeBytes: size, modifiedMs: mtimeMs, platform: platformName() };
  try {
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify(stamp));
  } catch (error) {
    // A checkout that belongs to somebody else is compared anew each time.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function platformName() {
  return `${process.platform}-${process.arch}`;
}

function majorOf(version) {
  return Number(/^v?(\d+)/.exec(version.trim())?.[1] ?? 0);
}

/** The packaged Linux programs are built for glibc; without its loader they cannot even say so. */
function loaderExists() {
  if (process.platform !== 'linux') return true;
  return ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].some((loader) => existsSync(loader));
}
