import { parse as parseToml } from 'smol-toml';
import { fromConda } from './infer-from-conda.ts';
import { exactPython, type Found, isRecord, requirementLines, sortOut } from './requirement-lines.ts';

export interface InferredEnvironment {
  /** As 3.11, when the files ask for exactly one; else the machine's own will do. */
  python?: string;
  /** Requirements as pip takes them, without addresses and options. */
  packages: string[];
  /** Which file it was read from. */
  source: string;
  /** What was asked for and cannot be taken over: addresses, paths, what is no Python package. */
  skipped: string[];
}

type Files = Readonly<Record<string, string | undefined>>;

const condaFiles = ['conda.yaml', 'conda.yml', 'environment.yaml', 'environment.yml'] as const;

/** Files that `inferEnvironment` looks at, in the root of a repository; those that requirements.txt includes by `-r` besides. */
export const environmentFiles = ['requirements.txt', 'pyproject.toml', ...condaFiles, '.python-version', 'runtime.txt'] as const;

const readers: readonly (readonly [string, (files: Files, source: string) => Found])[] = [
  ['requirements.txt', (files, source) => sortOut(requirementLines(files, source))],
  ['pyproject.toml', (files, source) => fromPyproject(files[source]!)],
  ...condaFiles.map((name) => [name, (files: Files, source: string) => fromConda(files[source]!)] as const),
];

/**
 * The environment that a repository asks for, from the first of requirements.txt, pyproject.toml, conda.yaml and environment.yml that asks for
 * anything. Null when none does. A file that cannot be read as what it is called counts as absent: a project can be begun without it.
 */
export function inferEnvironment(files: Files): InferredEnvironment | null {
  for (const [source, read] of readers) {
    if (files[source] === undefined) continue;
    let found: Found;
    try {
      found = read(files, source);
    } catch {
      continue;
    }
    if (found.packages.length === 0 && found.skipped.length === 0) continue;
    const python = pinnedPython(files) ?? found.python;
    return {
      packages: [...new Set(found.packages)].slice(0, 1000),
      skipped: found.skipped,
      source,
      ...(python ? { python } : {}),
    };
  }
  return null;
}

function fromPyproject(text: string): Found {
  const document = parseToml(text) as Record<string, unknown>;
  const project = isRecord(document.project) ? document.project : {};
  if (Array.isArray(project.dependencies)) {
    return { ...sortOut(project.dependencies.map(String)), python: exactPython(project['requires-python']) };
  }
  const poetry = isRecord(document.tool) && isRecord(document.tool.poetry) ? document.tool.poetry : {};
  const dependencies = isRecord(poetry.dependencies) ? poetry.dependencies : {};
  const lines: string[] = [];
  for (const [name, wanted] of Object.entries(dependencies)) {
    if (name.toLowerCase() === 'python') continue;
    if (typeof wanted === 'string') lines.push(name + poetryVersion(wanted));
    else if (isRecord(wanted) && typeof wanted.version === 'string') {
      const extras = Array.isArray(wanted.extras) ? `[${wanted.extras.join(',')}]` : '';
      if (wanted.optional !== true) lines.push(name + extras + poetryVersion(wanted.version));
    } else lines.push(`${name} @ ${JSON.stringify(wanted)}`);
  }
  return { ...sortOut(lines), python: exactPython(dependencies.python) };
}

/** `^1.2` → `>=1.2,<2`; `~1.2` → `>=1.2,<1.3`; `1.2` → `==1.2`; `*` → nothing. */
function poetryVersion(version: string): string {
  return version
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '*')
    .map((part) => {
      const [, sign, number = ''] = /^([\^~]?)v?(.*)$/.exec(part)!;
      const segments = number.split('.').map(Number);
      if (!sign || segments.some(Number.isNaN)) return /^\d/.test(part) ? `==${part}` : part;
      // The caret lets everything change after the first number that is not 0, the tilde after the second.
      const first = segments.findIndex((segment) => segment > 0);
      const moved = sign === '~' ? Math.min(1, segments.length - 1) : first < 0 ? segments.length - 1 : first;
      const upper = segments.slice(0, moved + 1);
      upper[moved]! += 1;
      return `>=${number},<${upper.join('.')}`;
    })
    .join(',');
}

function pinnedPython(files: Files): string | undefined {
  const text = files['.python-version']?.trim().split(/\s/)[0] ?? files['runtime.txt']?.trim().replace(/^python-/, '');
  return text && /^3\.\d{1,2}(\.\d{1,2})?$/.test(text) ? text : undefined;
}
