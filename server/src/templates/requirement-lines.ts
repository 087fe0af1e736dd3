/** What a file asks for, before it is known which file decides. */
export interface Found {
  packages: string[];
  skipped: string[];
  python?: string | undefined;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A requirement as in PEP 508 without addresses: name, extras, versions, marker. */
const requirement =
  /^[A-Za-z0-9][A-Za-z0-9._-]*(\s*\[[A-Za-z0-9._,\s-]*\])?\s*((===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+(\s*,\s*(===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+)*)?\s*(;[^\n\r#@\\]{1,200})?$/;

/** What can be installed from an index, and what cannot. */
export function sortOut(lines: readonly string[]): Found {
  const packages: string[] = [];
  const skipped: string[] = [];
  for (const line of lines) {
    // Older tools write versions in brackets: numpy (>=1.2).
    const plain = line.replace(/^([^;()]*)\(([^)]*)\)/, '$1$2').trim();
    if (plain.length <= 300 && requirement.test(plain)) packages.push(plain);
    else skipped.push(line.trim().slice(0, 200));
  }
  return { packages, skipped };
}

/** The lines of a requirements file with those of the files that it includes. Options and hashes fall away: the lock has hashes of its own. */
export function requirementLines(
  files: Readonly<Record<string, string | undefined>>,
  name: string,
  seen = new Set<string>(),
): string[] {
  if (seen.has(name) || seen.size > 20) return [];
  seen.add(name);
  const lines: string[] = [];
  for (const raw of (files[name] ?? '').replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const line = raw
      .replace(/(^|\s)#.*$/, '')
      .replaceAll(/\s--?(hash|config-settings|global-option)[= ]\S+/g, '')
      .trim();
    const included = includedFile(line);
    if (included) lines.push(...requirementLines(files, included, seen));
    else if (/^(-e|--editable)\s/.test(line)) lines.push(...(/\s\.\/?$/.test(line) ? [] : [line]));
    else if (line !== '' && line !== '.' && !line.startsWith('-')) lines.push(line);
  }
  return lines;
}

/** `-r base.txt` → base.txt */
export const includedFile = (line: string): string | undefined =>
  /^\s*(?:-r|--requirement)[\s=]+([\w./-]+)\s*$/.exec(line)?.[1]?.replace(/^\.\//, '');

/** 3.11 out of `==3.11.*`, `~=3.11.0`, `3.11` or `>=3.11,<3.12`; undefined for a range that several fit. */
export function exactPython(wanted: unknown): string | undefined {
  if (typeof wanted !== 'string') return undefined;
  const text = wanted.replaceAll(/\s+/g, '');
  const exact = /^(?:==)?(3\.\d{1,2}(?:\.\d{1,2})?)(?:\.\*)?$/.exec(text)?.[1] ?? /^~=?(3\.\d{1,2})\.\d{1,2}$/.exec(text)?.[1];
  if (exact) return exact;
  const range = /^>=3\.(\d{1,2})(?:\.\d+)?,<3\.(\d{1,2})(?:\.0)?$/.exec(text);
  return range && Number(range[1]) + 1 === Number(range[2]) ? `3.${range[1]}` : undefined;
}
