import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '..');

it('lists every error code in the docs', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.'),
  );
  const codes = new Set(
    files.flatMap((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      return [...text.matchAll(/new Problem\(\s*\d{3},\s*'([a-z-]+)'|conflict\(\s*'([a-z-]+)'/g)].map(
        (match) => (match[1] ?? match[2])!,
      );
    }),
  );
  const page = readFileSync(join(source, '../../docs/errors.md'), 'utf8');
  expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
