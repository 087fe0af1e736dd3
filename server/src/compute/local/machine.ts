import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, AttemptHandle, ExecutorCapabilities, Observation } from '../executor.ts';
import { isOver } from '../executor.ts';
import { attemptPaths, type Confinement } from './attempt-files.ts';
import { type CgroupTree, findCgroups } from './cgroups.ts';

/** What this machine allows, found by doing it. */
export interface Machine extends ExecutorCapabilities {
  tree: CgroupTree | null;
  confinement: Confinement;
  searchPath: string;
  /** Where the machine's Python lives when that is not under /usr. */
  toolPaths: string[];
}

export type Tools = Pick<Machine, 'searchPath' | 'toolPaths'>;

interface ProbeInput {
  attemptsFolder: string;
  atMost: { limits?: ExecutorCapabilities['limits']; isolation?: ExecutorCapabilities['isolation'] };
  launch(attempt: Attempt, confinement: Confinement, tree: CgroupTree | null, tools: Tools): Promise<AttemptHandle>;
  observe(handle: AttemptHandle): Promise<Observation>;
}

interface Trial {
  isolation: ExecutorCapabilities['isolation'];
  confinement: Confinement;
  says: string;
}

/** A user no one else has; each project gets its own from the caller. */
const probeUid = 64_321;
const probeSeconds = 10;
const systemSearchPath = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];
const isolationOrder = ['namespaces', 'user', 'none'] as const;

/**
 * Runs a small real attempt for each way to set attempts apart, best first, and keeps the first that works whole: a kernel setting, a missing
 * tool, a folder others cannot pass or a Python they cannot read all show themselves here instead of in a job.
 */
export async function probeMachine(input: ProbeInput): Promise<Machine> {
  const { atMost } = input;
  const python = findPython();
  const cgroups = findCgroups(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  const wantsGroups = atMost.limits !== 'rlimit';
  const trees = wantsGroups && cgroups.tree ? [cgroups.tree, null] : [null];
  const trials = trialsFor(process.geteuid?.() === 0, isTool('setpriv')).filter(
    (each) => isolationOrder.indexOf(each.isolation) >= isolationOrder.indexOf(atMost.isolation ?? 'namespaces'),
  );
  const faults: string[] = [];
  for (const usesPython of python.prefix ? [true, false] : [false]) {
    for (const tree of trees) {
      for (const trial of trials) {
        const fault = await faultOf(input, trial, tree, python, usesPython);
        if (fault === null) {
          const limits = tree ? (`cgroup${tree.version}` as const) : 'rlimit';
          const detail = [trial.says, tree || !wantsGroups ? limitsSentence(tree, cgroups.detail) : cgroups.detail, ...faults];
          if (!usesPython)
            detail.push(python.prefix ? 'python3 cannot be run by a command here' : 'no python3 was found on the search path');
          return { limits, isolation: trial.isolation, detail, tree, confinement: trial.confinement, ...toolsFor(trial, python) };
        }
        faults.push(`not in force: ${trial.says} (${fault})`);
      }
    }
  }
  throw new Error(`No command can be run in ${input.attemptsFolder}: ${faults.join('; ')}.`);
}

const limitsSentence = (tree: CgroupTree | null, found: string) =>
  tree ? found : 'limits by rlimits only: memory as address space, processes by user, no processor share, no peak of memory';

function trialsFor(isRoot: boolean, dropRights: boolean): Trial[] {
  const base = { namespaces: false, userNamespace: false, switchUser: false, dropRights };
  const none: Trial = { isolation: 'none', confinement: base, says: 'commands are not set apart from each other' };
  if (!isRoot) {
    const confinement = { ...base, namespaces: true, userNamespace: true };
    return [{ isolation: 'namespaces', confinement, says: 'each command in private namespaces of an unprivileged user' }, none];
  }
  if (!dropRights) return [none];
  return [
    {
      isolation: 'namespaces',
      confinement: { ...base, namespaces: true, switchUser: true },
      says: "each command in private mount, process and IPC namespaces, with its project's own user where one is given",
    },
    {
      isolation: 'namespaces',
      confinement: { ...base, namespaces: true },
      says: 'each command in private mount, process and IPC namespaces, as root without rights',
    },
    { isolation: 'user', confinement: { ...base, switchUser: true }, says: "each command as its project's own user" },
    none,
  ];
}

async function faultOf(
  input: ProbeInput,
  trial: Trial,
  tree: CgroupTree | null,
  python: Tools,
  usesPython: boolean,
): Promise<string | null> {
  const folder = join(input.attemptsFolder, `.probe-${randomUUID()}`);
  const { namespaces, switchUser, userNamespace } = trial.confinement;
  const expectedUid = switchUser ? probeUid : userNamespace ? 0 : (process.geteuid?.() ?? 0);
  const script = [
    `[ "$(id -u)" = ${expectedUid} ] || { echo "the user is not switched"; exit 1; }`,
    'echo written > "$TMPDIR/probe" && echo written > probe || { echo "its folders cannot be written"; exit 1; }',
    namespaces ? '[ "$PPID" = 1 ] || { echo "the process tree is not private"; exit 1; }' : '',
    namespaces || switchUser
      ? `[ ! -r '${attemptPaths(folder).record.replaceAll("'", "'\\''")}' ] || { echo "the server's files can be read"; exit 1; }`
      : '',
    usesPython ? 'python3 -c "import ssl" || { echo "python3 cannot be run"; exit 1; }' : '',
  ];
  try {
    const handle = await input.launch(
      {
        id: 'probe',
        fence: 0,
        command: ['/bin/sh', '-c', script.filter(Boolean).join('\n')],
        environment: {},
        workingFolder: join(folder, 'work'),
        folder,
        resources: { memoryBytes: 1024 * 1024 * 1024, wallSeconds: probeSeconds },
        readOnlyPaths: [],
        writablePaths: [],
        uid: probeUid,
      },
      trial.confinement,
      tree,
      toolsFor(trial, python),
    );
    const end = await endOf(() => input.observe(handle));
    if (end.state === 'lost') return end.reason;
    if (end.startError) return end.startError;
    return end.exitCode === 0
      ? null
      : lastLine(readFileSync(attemptPaths(folder).log, 'utf8')) || `code ${end.exitCode}, signal ${end.signal}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function endOf(observe: () => Promise<Observation>) {
  const deadline = Date.now() + 2 * probeSeconds * 1000;
  while (Date.now() < deadline) {
    const observation = await observe();
    if (isOver(observation)) return observation;
    await sleep(10);
  }
  throw new Error('the trial did not end');
}

/** The machine's own Python, not a virtual environment's; where it is not under /usr its home must be shown to commands. */
function findPython(): Tools & { prefix: string | null } {
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8', timeout: 20_000 });
  const prefix = asked.status === 0 ? asked.stdout.trim() : null;
  if (!prefix) return { prefix: null, searchPath: systemSearchPath.join(':'), toolPaths: [] };
  const isSystem = ['/usr', '/opt'].some((each) => prefix === each || prefix.startsWith(`${each}/`));
  const searchPath = [...new Set([join(prefix, 'bin'), ...systemSearchPath])].join(':');
  return { prefix, searchPath, toolPaths: isSystem ? [] : [...new Set([prefix, realpathSync(prefix)])] };
}

/** Without a file tree of its own, a command run by another user sees only what that user can reach: under /root, for one, nothing. */
function toolsFor(trial: Trial, python: Tools): Tools {
  const { namespaces, switchUser } = trial.confinement;
  if (namespaces || !switchUser || python.toolPaths.every(isOpenToAll)) return python;
  return { searchPath: systemSearchPath.join(':'), toolPaths: [] };
}

function isOpenToAll(path: string): boolean {
  return (statSync(path).mode & 0o005) === 0o005 && (path === '/' || isOpenToAll(dirname(path)));
}

const isTool = (name: string) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';
