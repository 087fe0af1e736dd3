import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, stat, statfs } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { checkProvider } from '../people/index.ts';
import { type Config, checkBlobs, folderBlobStore, openDatabase } from '../platform/index.ts';

/** What `plinth doctor` found about one thing. */
export interface Finding {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  detail: string;
}

const run = promisify(execFile);
const patienceMilliseconds = 5_000;

const ok = (name: string, detail: string): Finding => ({ name, state: 'ok', detail });
const warning = (name: string, detail: string): Finding => ({ name, state: 'warning', detail });
const failed = (name: string, detail: string): Finding => ({ name, state: 'failed', detail });

/** The checks that fit these settings: what is not set is not looked for. */
export function checksFor(config: Config): (() => Promise<Finding>)[] {
  const { smtpUrl, kubeconfig, slurmUrl, cranUrl, runDir } = config;
  return [
    git,
    python,
    () => home(config),
    ...(runDir ? [() => runFolder(runDir)] : []),
    () => blobs(config),
    ...(config.s3 ? [] : [() => blobSample(config)]),
    ...(config.backups ? [() => newestBackup(config.backups!)] : []),
    () => secretKey(config),
    () => port(config),
    () => database(config),
    () => contentOrigin(config),
    ...(config.oidc ? [() => provider(config)] : []),
    ...(smtpUrl ? [() => mail(smtpUrl)] : []),
    ...(kubeconfig ? [() => kubernetes(kubeconfig)] : []),
    ...(slurmUrl ? [() => slurm(slurmUrl)] : []),
    ...(cranUrl
      ? [() => answers('R packages', 'PLINTH_CRAN_URL', `${cranUrl.replace(/\/+$/, '')}/src/contrib/PACKAGES.gz`)]
      : []),
    ...(process.env.NODE_EXTRA_CA_CERTS ? [authorities] : []),
    () => packageIndex(config),
  ];
}

async function git(): Promise<Finding> {
  try {
    return ok('git', (await run('git', ['--version'])).stdout.trim());
  } catch {
    return failed('git', 'git is missing. On Debian: apt-get install git');
  }
}

async function python(): Promise<Finding> {
  const name = 'Python';
  try {
    const { stdout } = await run('python3', ['-c', 'import sys, venv; print(".".join(map(str, sys.version_info[:3])))']);
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < 3 || (major === 3 && minor < 10)) return failed(name, `Python ${version} is too old; 3.10 or newer is needed`);
    return ok(name, `Python ${version} with venv`);
  } catch {
    return failed(name, 'python3 with venv is missing. On Debian: apt-get install python3 python3-venv');
  }
}

async function home(config: Config): Promise<Finding> {
  const name = 'State folder';
  try {
    await mkdir(config.home, { recursive: true });
    await access(config.home, constants.W_OK);
    const { bavail, bsize } = await statfs(config.home);
    const gigabytes = (bavail * bsize) / 1e9;
    const detail = `${config.home} is writable, ${gigabytes.toFixed(1)} GB free`;
    return gigabytes < 5 ? warning(name, detail) : ok(name, detail);
  } catch (error) {
    return failed(name, `${config.home} cannot be written: ${messageOf(error)}. Set PLINTH_HOME to a folder of this user.`);
  }
}

/** Every folder on the way must let other users pass, or work that runs as them finds nothing. */
async function runFolder(folder: string): Promise<Finding> {
  const name = 'Run folder';
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found && !found.isDirectory()) return failed(name, `${at} is no folder. Set PLINTH_RUN_DIR to another.`);
    if (found && !(found.mode & 0o001))
      return failed(name, `Other users cannot pass ${at} (chmod o+x), so what runs as them cannot reach ${folder}.`);
    if (dirname(at) === at) return ok(name, `${folder} can be reached by other users`);
  }
}

async function blobs(config: Config): Promise<Finding> {
  const name = 'File contents';
  const { blobs: place, s3 } = config;
  if (s3) {
    const where = `${place} at ${s3.endpoint ?? `AWS, ${s3.region}`}`;
    try {
      const { warning: could } = await checkBlobs(config);
      return could ? warning(name, `${where}: ${could}`) : ok(name, `${where} was written, read, listed and deleted in`);
    } catch (error) {
      return failed(name, (error as Error).message);
    }
  }
  for (let at = place; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (!found && dirname(at) !== at) continue;
    const writable = await access(at, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!found?.isDirectory() || !writable)
      return failed(name, `${at} cannot be written by this user. Set PLINTH_BLOBS to a folder of this user.`);
    return ok(name, at === place ? `${place} is writable` : `${place} will be made`);
  }
}

const sampleBlobs = 64;
const sampleBytes = 256 * 1024 * 1024;

/** A few contents, other ones each time, are read whole: a disk that changes bytes shows before a backup or a reader meets it. */
async function blobSample(config: Config): Promise<Finding> {
  const name = 'Stored bytes';
  const store = folderBlobStore(config.blobs);
  const chosen: string[] = [];
  let count = 0;
  for await (const digest of store.list()) {
    count += 1;
    if (chosen.length < sampleBlobs) chosen.push(digest);
    else if (Math.random() < sampleBlobs / count) chosen[Math.floor(Math.random() * sampleBlobs)] = digest;
  }
  let read = 0;
  let bytes = 0;
  for (const digest of chosen) {
    const info = await store.stat(digest);
    if (!info || (read > 0 && bytes + info.sizeBytes > sampleBytes)) continue;
    try {
      for await (const _ of await store.read(digest));
    } catch (error) {
      return failed(name, messageOf(error));
    }
    read += 1;
    bytes += info.sizeBytes;
  }
  return ok(name, count === 0 ? 'none yet' : `${read} of ${count} contents were read and are as they were written`);
}

const backupAgeDays = 7;

async function newestBackup(folder: string): Promise<Finding> {
  const name = 'Newest backup';
  try {
    let newest: { path: string; time: number } | null = null;
    for (const entry of await readdir(folder)) {
      const path = join(folder, entry);
      // A folder is a backup by its manifest, which is renamed into place with it.
      const facts = await stat(entry.endsWith('.tar') ? path : join(path, 'manifest.json')).catch(() => null);
      if (facts?.isFile() && !entry.endsWith('.partial') && facts.mtimeMs > (newest?.time ?? 0))
        newest = { path, time: facts.mtimeMs };
    }
    if (!newest) return warning(name, `${folder} has no backup. Make one: plinth backup ${join(folder, 'first.tar')}`);
    const days = (Date.now() - newest.time) / (24 * 3_600_000);
    const detail = `${newest.path} is ${days < 1 ? 'less than a day' : `${Math.floor(days)} days`} old`;
    return days > backupAgeDays ? warning(name, `${detail}. Make a new one: plinth backup`) : ok(name, detail);
  } catch (error) {
    return failed(name, `${folder} cannot be read: ${messageOf(error)}. Check PLINTH_BACKUPS.`);
  }
}

async function secretKey(config: Config): Promise<Finding> {
  const name = 'Secret key';
  if (config.secretKey) return ok(name, 'from PLINTH_SECRET_KEY');
  const path = `${config.home}/secret-key`;
  const found = await stat(path).catch(() => null);
  if (!found) return ok(name, `will be made at ${path}; keep a copy apart from the database`);
  if (found.mode & 0o077) return failed(name, `${path} can be read by others. Run: chmod 600 ${path}`);
  return ok(name, `${path}, readable by this user only`);
}

async function port(config: Config): Promise<Finding> {
  const name = 'Port';
  const taken = await new Promise<string | null>((resolve) => {
    const server = createServer()
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .listen(config.port, config.host, () => server.close(() => resolve(null)));
  });
  if (taken === null) return ok(name, `${config.host}:${config.port} is free`);
  const plinth = await fetch(`http://${config.host}:${config.port}/livez`, { signal: patience() }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (plinth) return ok(name, `Plinth answers on ${config.host}:${config.port}`);
  return failed(name, `${config.host}:${config.port} cannot be used (${taken}). Set PLINTH_PORT to another.`);
}

async function database(config: Config): Promise<Finding> {
  const name = 'Database';
  if (!config.databaseUrl) return ok(name, 'embedded PostgreSQL, started with the server');
  const opened = openDatabase({ connectionString: config.databaseUrl }, { poolSize: 1 });
  try {
    const { rows } = await opened.pool.query(`select current_setting('server_version_num')::int as version,
      has_database_privilege(current_database(), 'create') as may`);
    const major = Math.floor(rows[0].version / 10_000);
    if (major < 15) return failed(name, `PostgreSQL ${major} is too old; 15 or newer is needed`);
    if (!rows[0].may) return failed(name, 'the user of PLINTH_DATABASE_URL may not create in that database. Grant it CREATE.');
    return ok(name, `external PostgreSQL ${major} answers`);
  } catch (error) {
    return failed(name, `PLINTH_DATABASE_URL cannot be used: ${messageOf(error)}`);
  } finally {
    await opened.close();
  }
}

async function contentOrigin(config: Config): Promise<Finding> {
  const name = 'Content origin';
  const main = new URL(config.publicUrl).hostname;
  const content = new URL(config.contentUrl).hostname;
  if (main === content)
    return warning(name, `${content} is the main host too: no tools can be opened. Set PLINTH_CONTENT_URL to another host name.`);
  const onMachine = ['127.0.0.1', 'localhost', '[::1]'].includes(main);
  if (!onMachine && content === 'content.localhost')
    return warning(
      name,
      `${content} is this machine only, while people come to ${main}: no tools can be opened. Set PLINTH_CONTENT_URL.`,
    );
  return ok(name, `${config.contentUrl} is another host than ${main}`);
}

async function provider(config: Config): Promise<Finding> {
  const { ok: answers, detail } = await checkProvider(config);
  return answers ? ok('Sign-in provider', detail) : failed('Sign-in provider', detail);
}

async function mail(smtpUrl: string): Promise<Finding> {
  const name = 'Mail';
  if (!URL.canParse(smtpUrl)) return failed(name, 'PLINTH_SMTP_URL is no URL; give one like smtp://mail.example.org:587');
  const { hostname, port: given, protocol } = new URL(smtpUrl);
  const number = Number(given) || (protocol === 'smtps:' ? 465 : 587);
  const fault = await reach(hostname, number);
  return fault
    ? failed(name, `${hostname}:${number} does not answer: ${fault}. Check PLINTH_SMTP_URL.`)
    : ok(name, `${hostname}:${number} answers`);
}

async function kubernetes(path: string): Promise<Finding> {
  const name = 'Kubernetes';
  try {
    await readFile(path);
  } catch (error) {
    return failed(name, `${path} cannot be read: ${messageOf(error)}. Check PLINTH_KUBECONFIG.`);
  }
  return ok(name, `${path} is readable`);
}

async function slurm(url: string): Promise<Finding> {
  const parsed = new URL(url);
  if (parsed.protocol !== 'unix:') return answers('Slurm', 'PLINTH_SLURM_URL', url);
  const found = await stat(parsed.pathname).catch(() => null);
  return found?.isSocket()
    ? ok('Slurm', `${parsed.pathname} is there`)
    : failed('Slurm', `${parsed.pathname} is no socket. Check PLINTH_SLURM_URL.`);
}

/** Any answer of a server will do, but one that says it has no such thing or is broken. */
async function answers(name: string, variable: string, url: string): Promise<Finding> {
  try {
    const { status } = await fetch(url, { signal: patience(), method: 'HEAD' });
    if (status === 404 || status >= 500) return failed(name, `${url} answers ${status}. Check ${variable}.`);
    return ok(name, `${new URL(url).host} answers`);
  } catch (error) {
    return failed(name, `${url} does not answer: ${messageOf(error)}. Check ${variable}.`);
  }
}

async function authorities(): Promise<Finding> {
  const name = 'Authorities';
  const path = process.env.NODE_EXTRA_CA_CERTS!;
  const text = await readFile(path, 'utf8').catch(() => '');
  const count = text.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (count === 0) return failed(name, `${path} holds no certificate. Check NODE_EXTRA_CA_CERTS.`);
  return ok(name, `${count} of your own in ${path}`);
}

async function packageIndex(config: Config): Promise<Finding> {
  const name = 'Python packages';
  try {
    const { checkPackageIndex } = await import('../environments/index.ts');
    const { ok: well, detail } = await checkPackageIndex(config);
    return well ? ok(name, detail) : failed(name, detail);
  } catch (error) {
    return failed(name, messageOf(error));
  }
}

const patience = (): AbortSignal => AbortSignal.timeout(patienceMilliseconds);

/** @returns what is in the way, or null */
function reach(host: string, number: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: number, timeout: patienceMilliseconds });
    const end = (fault: string | null): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('no answer in time'));
    socket.once('error', (error) => end(messageOf(error)));
  });
}

/** The cause says more than "fetch failed". */
const messageOf = (error: unknown): string => {
  const cause = (error as { cause?: { message?: string; code?: string } }).cause;
  return cause?.message || cause?.code || (error as Error).message;
};
