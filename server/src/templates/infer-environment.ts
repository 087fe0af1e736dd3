import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';

export interface InferredEnvironment {
  python?: string;
  packages: string[];
  /** The file that said so. */
  source: string;
}

/**
 * What a repository needs, from requirements.txt, pyproject.toml or conda.yaml, in this order. Lines that are no plain requirements (addresses,
 * paths, options) are left out; null when no file names any package.
 */
export function inferEnvironment(files: Record<string, string | undefined>): InferredEnvironment | null {
  const ways: [string, (text: string) => Omit<InferredEnvironment, 'source'>][] = [
    ['requirements.txt', fromRequirements],
    ['pyproject.toml', fromPyproject],
    ['conda.yaml', fromConda],
    ['environment.yml', fromConda],
  ];
  for (const [source, read] of ways) {
    const text = files[source];
    if (text === undefined) continue;
    try {
      const found = read(text);
      if (found.packages.length > 0) return { ...found, source };
    } catch {
      // A file that cannot be read names nothing.
    }
  }
  return null;
}

const plain = (line: string): boolean => /^[A-Za-z0-9]/.test(line) && !line.includes('://') && !line.includes('@ ');

function fromRequirements(text: string): { packages: string[] } {
  const lines = text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .replaceAll(/\s--hash=\S+/g, '')
        .trim(),
    );
  return { packages: lines.filter((line) => line && plain(line)) };
}

function fromPyproject(text: string): { python?: string; packages: string[] } {
  const project = (parseToml(text) as { project?: { dependencies?: string[]; 'requires-python'?: string } }).project ?? {};
  const python = /^\s*(?:==|~=)\s*(3\.\d+)/.exec(project['requires-python'] ?? '')?.[1];
  return { ...(python ? { python } : {}), packages: (project.dependencies ?? []).filter(plain) };
}

/** Packages of conda under their PyPI names where they have a plain version, and those of its pip list. */
function fromConda(text: string): { python?: string; packages: string[] } {
  const { dependencies = [] } = parseYaml(text) as { dependencies?: (string | { pip?: string[] })[] };
  const packages: string[] = [];
  let python: string | undefined;
  for (const entry of dependencies) {
    if (typeof entry !== 'string') {
      packages.push(...(entry.pip ?? []).filter(plain));
      continue;
    }
    const match = /^([A-Za-z0-9_.-]+)\s*(?:={1,2}\s*([\d.]+))?/.exec(entry.replace(/^[\w-]+::/, ''));
    if (!match) continue;
    const [, name = '', version] = match;
    if (name === 'python') python = version ? /^3\.\d+/.exec(version)?.[0] : undefined;
    else if (name !== 'pip') packages.push(version ? `${name}==${version}` : name);
  }
  return { ...(python ? { python } : {}), packages };
}
