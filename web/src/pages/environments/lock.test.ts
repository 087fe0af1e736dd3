import { expect, it } from 'vitest';
import { compareLocks, readLock } from './lock.ts';

it('a lock is read as packages, and two locks as what changed', () => {
  const one = readLock(
    'b==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\na[extra]==2.0 ; python_version > "3" \\\n    --hash=sha256:cc\n',
  );
  expect(one).toEqual([
    { name: 'a', version: '2.0', hashes: 1 },
    { name: 'b', version: '1.0', hashes: 2 },
  ]);
  expect(compareLocks(one, readLock('b==1.1\nc==3'))).toEqual([
    { name: 'a', before: '2.0', after: null },
    { name: 'b', before: '1.0', after: '1.1' },
    { name: 'c', before: null, after: '3' },
  ]);
});
