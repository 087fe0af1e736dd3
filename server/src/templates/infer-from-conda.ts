import { parse } from 'yaml';
import { exactPython, type Found, isRecord, requirementLines, sortOut } from './requirement-lines.ts';

/** What conda brings that is no package of the Python index. */
const notPython =
  /^(_.*|lib(?!rosa$|cst$|sass$).*|r|r-.*|conda.*|mamba|openssl|ca-certificates|cudatoolkit|cudnn|cuda-.*|mkl|mkl-.*|blas|nodejs|gcc.*|gxx.*|gfortran.*|compilers|make|cmake|git|zlib|bzip2|xz|tk|sqlite|readline|ncurses|openjdk|ffmpeg)$/;

/** The same package under two names. */
const renamed: Record<string, string> = {
  'matplotlib-base': 'matplotlib',
  opencv: 'opencv-python',
  'py-lightgbm': 'lightgbm',
  'py-xgboost': 'xgboost',
  pytorch: 'torch',
  'pytorch-cpu': 'torch',
  'tensorflow-base': 'tensorflow',
};

/** Packages of a conda file under the names of the Python index, with those of its pip list. */
export function fromConda(text: string): Found {
  // No custom tags, and no aliases that unfold without end.
  const document: unknown = parse(text, { schema: 'core', maxAliasCount: 20 });
  const dependencies = isRecord(document) && Array.isArray(document.dependencies) ? document.dependencies : [];
  const lines: string[] = [];
  const skipped: string[] = [];
  let python: string | undefined;
  for (const entry of dependencies) {
    if (isRecord(entry) && Array.isArray(entry.pip))
      lines.push(...requirementLines({ pip: entry.pip.map(String).join('\n') }, 'pip'));
    if (typeof entry !== 'string') continue;
    const [, name = '', version = ''] = /^(?:[^\s:]+::)?\s*([A-Za-z0-9._-]+)\s*(.*)$/.exec(entry.trim()) ?? [];
    const lower = name.toLowerCase();
    if (lower === 'pip') continue;
    if (lower === 'python') python = exactPython(version.replace(/^=(?!=)/, ''));
    else if (lower === '' || notPython.test(lower)) skipped.push(entry.slice(0, 200));
    else lines.push((renamed[lower] ?? name) + condaVersion(version.trim()));
  }
  const sorted = sortOut(lines);
  return { packages: sorted.packages, skipped: [...skipped, ...sorted.skipped], python };
}

/** `=1.2` means 1.2.*; `==1.2.3=build`, `=1.2.3=build` and ` 1.2.3 build` name a build, which other systems do not have. */
function condaVersion(version: string): string {
  if (version === '' || version === '*') return '';
  if (/^([<>!~]|==)/.test(version)) return version.replaceAll(/\s+/g, '').replace(/^(==[^=,]+)=.*$/, '$1');
  const [number = '', build] = version
    .replace(/^=/, '')
    .trim()
    .split(/[=\s]+/);
  if (number.includes('*')) return `==${number}`;
  return build === undefined ? `==${number}.*` : `==${number}`;
}
