import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { makeProgram } from './program.ts';

it('has every verb once, each with a word about it', () => {
  const silent: string[] = [];
  const look = (command: Command, path: string): void => {
    for (const one of command.commands) {
      if (!one.description() && !one.name().startsWith('__')) silent.push(`${path} ${one.name()}`);
      look(one, `${path} ${one.name()}`);
    }
  };
  // Two of one name make the whole command line fail: it is built of many files.
  look(makeProgram(), 'plinth');
  expect(silent).toEqual([]);
});
