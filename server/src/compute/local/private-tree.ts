import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What a command sees of the machine's files: everything else is absent, so that a new folder of the machine is hidden until someone shows it. */
export interface TreeContent {
  readOnly: string[];
  writable: string[];
  /** Covered where they lie within something shown. */
  hidden: string[];
  /** Shown as /tmp and /var/tmp. */
  temporaryFolder: string;
  /** In a user namespace the kernel lets only whole mounts be shown, and /sys is none. */
  userNamespace: boolean;
  /** A command that runs as root may write what root owns in /proc/sys, which is the whole machine's. */
  protectProc: boolean;
}

const systemPaths = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix/store'];
// Name resolution, where /etc/resolv.conf points into /run.
const runtimePaths = ['/run/systemd/resolve', '/run/resolvconf', '/run/NetworkManager/resolv.conf'];
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const acceleratorDevices = ['nvidia0', 'nvidia1', 'nvidia2', 'nvidia3', 'nvidia4', 'nvidia5', 'nvidia6', 'nvidia7']
  .concat(['nvidiactl', 'nvidia-uvm', 'nvidia-uvm-tools', 'nvidia-modeset', 'nvidia-caps', 'dri', 'kfd'])
  .concat(['accel', 'infiniband']);
const procPaths = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/fs'];

/**
 * Lays out the mount points below `root` and returns the mount table, in fstab's form, that init.sh hands to one `mount --all`: one process for
 * all mounts, where a process for each would cost more than the job. Nothing is mounted here, so removing `root` later can never reach a source.
 */
export function layOutPrivateTree(root: string, content: TreeContent): string {
  const lines: string[] = [];
  const line = (source: string, target: string, type: string, options: string) =>
    lines.push([source, target, type, options, '0', '0'].map(escapeField).join(' '));
  const bind = (source: string, options: string, target = source) => {
    if (!existsSync(source)) return;
    makeMountPoint(root, source, target);
    line(realpathSync(source), join(root, target), 'none', options);
  };

  mkdirSync(join(root, '.old'), { recursive: true });
  for (const folder of ['dev/pts', 'dev/shm', 'proc', 'sys', 'tmp', 'run', 'var/tmp'])
    mkdirSync(join(root, folder), { recursive: true });
  line(root, root, 'none', `bind,ro${content.userNamespace ? lockedOptions(root) : ''}`);
  line('proc', join(root, 'proc'), 'proc', 'nosuid,nodev,noexec');
  if (content.protectProc)
    for (const path of procPaths) if (existsSync(path)) line(join(root, path), join(root, path), 'none', 'bind,ro');
  if (!content.userNamespace) bind('/sys', 'bind,ro');
  for (const device of [...devices, ...acceleratorDevices]) bind(join('/dev', device), content.userNamespace ? 'rbind' : 'bind');
  line('devpts', join(root, 'dev/pts'), 'devpts', 'newinstance,ptmxmode=0666,mode=0620');
  line('tmpfs', join(root, 'dev/shm'), 'tmpfs', 'nosuid,nodev,mode=1777');
  for (const [name, target] of Object.entries({ ptmx: 'pts/ptmx', fd: '/proc/self/fd', stdin: '/proc/self/fd/0' }))
    link(root, name, target);
  for (const [name, target] of Object.entries({ stdout: '/proc/self/fd/1', stderr: '/proc/self/fd/2' })) link(root, name, target);
  bind(content.temporaryFolder, 'rbind', '/tmp');
  bind(content.temporaryFolder, 'rbind', '/var/tmp');

  const shown: Entry[] = [
    { path: '/tmp', kind: 'temporary' },
    { path: '/var/tmp', kind: 'temporary' },
  ];
  for (const entry of inOrder(content)) {
    const { path, kind } = entry;
    if (!existsSync(path)) continue;
    const outer = shown.findLast((each) => path.startsWith(`${each.path}/`));
    const options = kind === 'writable' ? 'rbind' : content.userNamespace ? `rbind,ro${lockedOptions(path)}` : 'bind,ro';
    if (kind === 'hidden' && statSync(path).isDirectory()) line('tmpfs', join(root, path), 'tmpfs', 'size=64k,mode=0755');
    else if (kind === 'hidden') line('/dev/null', join(root, path), 'none', 'bind');
    else if (isLink(path) && systemPaths.includes(path)) repeatLink(root, path);
    // Within something shown the mount point is there already, within something hidden mount makes it.
    else if (outer?.kind === 'hidden') line(realpathSync(path), join(root, path), 'none', `${options},X-mount.mkdir=0755`);
    else if (outer?.kind === 'temporary') {
      makeMountPoint(content.temporaryFolder, path, path.slice(outer.path.length));
      line(realpathSync(path), join(root, path), 'none', options);
    } else if (outer) line(realpathSync(path), join(root, path), 'none', options);
    else bind(path, options);
    shown.push(entry);
  }
  return `${lines.join('\n')}\n`;
}

interface Entry {
  path: string;
  kind: 'shown' | 'writable' | 'hidden' | 'temporary';
}

/** Outer folders before what lies in them, so that the more particular word wins. */
function inOrder(content: TreeContent): Entry[] {
  const kinds = new Map<string, Entry['kind']>();
  for (const path of [...systemPaths, ...runtimePaths, ...content.readOnly]) kinds.set(path, 'shown');
  const isWithinShown = (path: string) => [...kinds.keys()].some((each) => path.startsWith(`${each}/`));
  for (const path of content.hidden) if (isWithinShown(path)) kinds.set(path, 'hidden');
  for (const path of content.writable) kinds.set(path, 'writable');
  return [...kinds].map(([path, kind]) => ({ path, kind })).sort((a, b) => a.path.split('/').length - b.path.split('/').length);
}

/** A file needs a file to be mounted on, a folder a folder. */
function makeMountPoint(root: string, source: string, target: string): void {
  const place = join(root, target);
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  if (statSync(source).isDirectory()) mkdirSync(place, { recursive: true });
  else closeSync(openSync(place, 'w'));
}

/** /bin is often a link to usr/bin. Made relative, so that it never leads out of the tree while that is being laid out. */
function repeatLink(root: string, path: string): void {
  if (!isLink(join(root, path))) symlinkSync(relative(dirname(path), realpathSync(path)), join(root, path));
}

function link(root: string, name: string, target: string): void {
  const place = join(root, 'dev', name);
  if (!isLink(place)) symlinkSync(target, place);
}

/** In a user namespace a mount may be made stricter, never laxer: what its source carries must be said again. */
function lockedOptions(path: string): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((each) => each.split(' '));
  const real = realpathSync(path);
  const holding = mounts.filter(
    ([, , , , folder]) => folder && (folder === '/' || real === folder || real.startsWith(`${folder}/`)),
  );
  const options =
    holding
      .sort((a, b) => a[4]!.length - b[4]!.length)
      .at(-1)?.[5]
      ?.split(',') ?? [];
  return ['nosuid', 'nodev', 'noexec']
    .filter((each) => options.includes(each))
    .map((each) => `,${each}`)
    .join('');
}

const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

const escapeField = (text: string) =>
  text.replace(/[\\ \t\n#]/g, (each) => `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`);
