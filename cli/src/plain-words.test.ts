import { expect, it } from 'vitest';
import { plainWords } from './plain-words.ts';

const nouns = ['job', 'run', 'model'];
const typed = (line: string) => plainWords(line.split(' '), nouns).join(' ');

it('takes the word after --json for fields only where it looks like it', () => {
  expect(typed('--json job list')).toBe('--json= job list');
  expect(typed('-p x --json job list')).toBe('-p x --json= job list');
  expect(typed('job show --json job_01')).toBe('job show --json= job_01');
  expect(typed('model show --json churn/3')).toBe('model show --json= churn/3');
  expect(typed('job list --json id,state')).toBe('job list --json id,state');
  expect(typed('job list --json run')).toBe('job list --json run');
  expect(typed('job list --json')).toBe('job list --json');
  expect(typed('job list --json --all')).toBe('job list --json --all');
});

it('leaves the command after run -- as it is', () => {
  expect(typed('run -- list --json job')).toBe('run start -- list --json job');
  expect(typed('run --json -- python train.py')).toBe('run --json -- python train.py');
  expect(typed('--json run -- true')).toBe('--json= run start -- true');
});
