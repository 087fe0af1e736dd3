import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '..');
const named = /new Problem\(\s*(\d{3}),\s*'([a-z-]+)'|conflict\(\s*'([a-z-]+)'/g;

it('lists every error code with its status in the docs, and none that there is not', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.'),
  );
  const codes = new Set(
    files.flatMap((name) =>
      [...readFileSync(join(source, name), 'utf8').matchAll(named)].map(([, status, code, conflict]) =>
        conflict ? `${conflict} 409` : `${code} ${status}`,
      ),
    ),
  );
  const page = readFileSync(join(source, '../../docs/errors.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([\d, ]+) \|$/gm)];
  const listed = new Set(rows.flatMap(([, code, statuses]) => statuses!.split(',').map((status) => `${code} ${status.trim()}`)));
  expect([...codes].filter((code) => !listed.has(code))).toEqual([]);
  expect([...listed].filter((code) => !codes.has(code))).toEqual([]);
});
