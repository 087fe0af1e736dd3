import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Attempt, attemptInvalid } from '../executor.ts';
import { accountingFiles, type CgroupSet, groupFolders } from './cgroups.ts';
import { layOutPrivateTree } from './private-tree.ts';

/**
 * The private folder of an attempt:
 * control/  what server and shim tell each other; closed to the command
 * root/     mount points of the private file tree; empty outside of it
 * home/ tmp/  the command's own
 */
export const attemptPaths = (folder: string) => ({
  control: join(folder, 'control'),
  root: join(folder, 'root'),
  home: join(folder, 'home'),
  temporary: join(folder, 'tmp'),
  record: join(folder, 'control', 'attempt.json'),
  start: join(folder, 'control', 'start'),
  exit: join(folder, 'control', 'exit'),
  launch: join(folder, 'control', 'launch.sh'),
  lost: join(folder, 'control', 'lost'),
  log: join(folder, 'control', 'log'),
});

/** What is known of an attempt without asking the machine. No environment: it may hold secrets, and the shim wipes its own copy at the end. */
export interface AttemptRecord {
  id: string;
  fence: number;
  memoryLimitBytes: number | null;
  groups: CgroupSet | null;
}

/** How far the machine lets an attempt be set apart; found by the probe. */
export interface Confinement {
  namespaces: boolean;
  /** Not root: namespaces are entered as the root of a user namespace. */
  userNamespace: boolean;
  switchUser: boolean;
  /** setpriv is there to give up rights. */
  dropRights: boolean;
}

export interface AttemptPlan {
  confinement: Confinement;
  groups: CgroupSet | null;
  /** Distinguishes this attempt's processes from all others on the machine. */
  mark: string;
  searchPath: string;
  readOnlyPaths: string[];
  hiddenPaths: string[];
  logCapBytes: number;
  logTailBytes: number;
}

/** Writes all that the shim needs. The record comes last, by rename: where it is, the rest is whole. */
export function writeAttemptFiles(attempt: Attempt, plan: AttemptPlan): void {
  const paths = attemptPaths(attempt.folder);
  const uid = plan.confinement.switchUser ? attempt.uid : undefined;
  mkdirSync(attempt.folder, { recursive: true });
  // Others may pass through to the work below, not look around.
  chmodSync(attempt.folder, 0o711);
  mkdirSync(paths.control, { recursive: true, mode: 0o700 });
  for (const folder of [paths.home, paths.temporary]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(attempt.workingFolder, { recursive: true });
  if (uid !== undefined)
    for (const path of [paths.home, paths.temporary, attempt.workingFolder, ...attempt.writablePaths]) handOver(path, uid);

  if (plan.confinement.namespaces) {
    const mounts = layOutPrivateTree(paths.root, {
      readOnly: [...plan.readOnlyPaths, ...attempt.readOnlyPaths],
      writable: [paths.home, paths.temporary, attempt.workingFolder, ...attempt.writablePaths],
      hidden: plan.hiddenPaths,
      temporaryFolder: paths.temporary,
      userNamespace: plan.confinement.userNamespace,
      protectProc: uid === undefined && !plan.confinement.userNamespace,
    });
    writeFileSync(join(paths.control, 'mounts'), mounts);
  }
  writeFileSync(join(paths.control, 'settings.sh'), settingsScript(attempt, plan));
  writeFileSync(paths.launch, launchScript(attempt, plan), { mode: 0o600 });
  if (uid !== undefined) chownSync(paths.launch, uid, uid);
  const record: AttemptRecord = {
    id: attempt.id,
    fence: attempt.fence,
    memoryLimitBytes: attempt.resources.memoryBytes ?? null,
    groups: plan.groups,
  };
  replaceFile(paths.record, JSON.stringify(record));
}

export function readAttemptRecord(folder: string): AttemptRecord | null {
  try {
    return JSON.parse(readFileSync(attemptPaths(folder).record, 'utf8')) as AttemptRecord;
  } catch {
    return null;
  }
}

export function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}

export function checkAttempt(attempt: Attempt, attemptsFolder: string): void {
  const refuse = (fault: string): never => {
    throw attemptInvalid(attempt.id, fault);
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(attempt.id)) refuse('its id must be 1 to 100 letters, digits, - or _');
  if (!Number.isSafeInteger(attempt.fence) || attempt.fence < 0) refuse('its fence must be a whole number of 0 or more');
  if (!attempt.command[0]) refuse('its command is empty');
  if (attempt.command[0]?.startsWith('-')) refuse('its program must not begin with -');
  if (attempt.uid !== undefined && (!Number.isSafeInteger(attempt.uid) || attempt.uid < 1))
    refuse('its uid must be a whole number above 0');
  if (dirname(attempt.folder) !== attemptsFolder) refuse(`its folder must lie directly in ${attemptsFolder}`);
  for (const path of [attempt.workingFolder, ...attempt.readOnlyPaths, ...attempt.writablePaths]) {
    if (!path.startsWith('/') || path === '/' || path.split('/').some((part) => part === '..' || part === '.'))
      refuse(`path ${path} is not absolute and plain`);
  }
  for (const name of Object.keys(attempt.environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse(`variable name ${JSON.stringify(name)} must be letters, digits and _`);
  }
  const texts = [...attempt.command, ...Object.values(attempt.environment), attempt.folder, attempt.workingFolder];
  if ([...texts, ...attempt.readOnlyPaths, ...attempt.writablePaths].some((text) => text.includes('\0')))
    refuse('a text holds a NUL character');
  const { cpuCores, memoryBytes, maximumProcesses, wallSeconds } = attempt.resources;
  for (const [name, value] of Object.entries({ cpuCores, memoryBytes, maximumProcesses, wallSeconds })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) refuse(`resource ${name} must be above 0`);
  }
  if (!Number.isSafeInteger(memoryBytes ?? 1) || !Number.isSafeInteger(maximumProcesses ?? 1))
    refuse('memory and processes are whole numbers');
}

function settingsScript(attempt: Attempt, plan: AttemptPlan): string {
  const paths = attemptPaths(attempt.folder);
  const { groups, confinement } = plan;
  const folders = groups ? groupFolders(groups) : [];
  const accounting = groups && accountingFiles(groups);
  const { wallSeconds } = attempt.resources;
  const variables: Record<string, string> = {
    library: import.meta.dirname,
    control: paths.control,
    mark: plan.mark,
    working_folder: attempt.workingFolder,
    private_root: confinement.namespaces ? paths.root : '',
    unshare: unshareCommand(confinement),
    limiter: groups ? '' : limiterCommand(attempt),
    privileges: privilegesCommand(attempt, confinement),
    wall_seconds: wallSeconds === undefined ? '' : String(wallSeconds),
    log_head_bytes: String(plan.logCapBytes - plan.logTailBytes),
    log_tail_bytes: String(plan.logTailBytes),
    members_file: groups ? join(groups.folders.pids, 'cgroup.procs') : '',
    pids_file: groups ? join(groups.folders.pids, 'pids.max') : '',
    oom_file: accounting?.outOfMemory ?? '',
    peak_file: accounting?.peakMemory ?? '',
    cpu_file: accounting?.cpu.path ?? '',
    cpu_key: accounting?.cpu.key ?? '',
    cpu_unit: accounting?.cpu.unit ?? '',
  };
  // The groups are opened before the private tree hides them, and joined by the command's own process just before it becomes the command.
  const opens = folders.map((folder, index) => `${5 + index}>${quote(join(folder, 'cgroup.procs'))}`);
  const joins = folders.map((_, index) => `echo 0 >&${5 + index} && exec ${5 + index}>&-`);
  return [
    ...Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`),
    `open_groups() { ${opens.length > 0 ? `exec ${opens.join(' ')}` : ':'}; }`,
    `join_groups() { ${joins.length > 0 ? joins.join(' && ') : ':'}; }`,
    `remove_groups() { ${folders.length > 0 ? `rmdir ${folders.map(quote).join(' ')}` : ':'}; }`,
    '',
  ].join('\n');
}

/** Run by the command's own user as its last step, so that none of its variables can touch a program that still has rights. */
function launchScript(attempt: Attempt, plan: AttemptPlan): string {
  const paths = attemptPaths(attempt.folder);
  const environment: Record<string, string> = {
    PATH: plan.searchPath,
    HOME: paths.home,
    LANG: 'C.UTF-8',
    TMPDIR: plan.confinement.namespaces ? '/tmp' : paths.temporary,
    USER: 'plinth',
    LOGNAME: 'plinth',
    ...attempt.environment,
    PLINTH_ATTEMPT: plan.mark,
  };
  return [
    'exec 3<&-',
    'unset OLDPWD',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    `exec ${attempt.command.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

function unshareCommand({ namespaces, userNamespace }: Confinement): string {
  if (!namespaces) return '';
  return `unshare ${userNamespace ? '--user --map-root-user ' : ''}--mount --ipc --pid --fork --kill-child`;
}

function privilegesCommand(attempt: Attempt, { switchUser, dropRights, userNamespace }: Confinement): string {
  if (!dropRights) return '';
  const user = switchUser && attempt.uid !== undefined ? `--reuid ${attempt.uid} --regid ${attempt.uid} --clear-groups ` : '';
  const isRoot = process.geteuid?.() === 0 || userNamespace;
  return `setpriv ${user}--no-new-privs${isRoot ? ' --inh-caps=-all --bounding-set=-all' : ''}`;
}

function limiterCommand({ resources: { memoryBytes, maximumProcesses } }: Attempt): string {
  const limits = [
    memoryBytes === undefined ? '' : `--as=${memoryBytes}`,
    maximumProcesses === undefined ? '' : `--nproc=${maximumProcesses}`,
  ];
  return limits.some(Boolean) ? `prlimit ${limits.filter(Boolean).join(' ')}` : '';
}

/** Gives a folder and all below to the user, unless it is theirs already. Links are given, never followed. */
function handOver(path: string, uid: number): void {
  if (!existsSync(path) || statSync(path).uid === uid) return;
  const give = (place: string, isFolder: boolean) => {
    if (isFolder)
      for (const entry of readdirSync(place, { withFileTypes: true })) give(join(place, entry.name), entry.isDirectory());
    lchownSync(place, uid, uid);
  };
  give(path, statSync(path).isDirectory());
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
