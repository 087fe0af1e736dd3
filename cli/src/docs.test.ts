import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { plainWords } from './plain-words.ts';
import { makeProgram } from './program.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))];

/** Commands in the text: in blocks of code and between backticks, without comments, pipes and what the shell does before. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.split('\n'));
  const inline = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...blocks, ...inline].flatMap((line) => {
    const found = /^(?:[A-Z_]+=\S+ )*(?:\w[^|]* \| )?(?:npx )?plinth (.+)$/.exec(line.replace(/\s+#.*$/, '').trim());
    return found ? [found[1]!.replace(/\s[<|].*$/, '').replace(/\)$/, '')] : [];
  });
}

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain!);

/** Every command of the tree does nothing, and says what is wrong with how it was called. */
function silenced(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const one of command.commands) silenced(one);
  return command;
}

it.each(pages)('every command in %s is one that there is', async (page) => {
  const wrong: string[] = [];
  for (const line of commandsIn(readFileSync(join(root, page), 'utf8'))) {
    // A noun or verb named in a sentence, or with its rest left to the reader.
    const words = wordsOf(line).filter((word) => word !== '…');
    const program = silenced(makeProgram());
    const nouns = program.commands.map((command) => command.name());
    try {
      await program.parseAsync(plainWords(words, nouns), { from: 'user' });
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const isMention = code === 'commander.missingArgument' || code === 'commander.help';
      if (!isMention && code !== 'commander.helpDisplayed') wrong.push(`plinth ${line}: ${message}`);
    }
  }
  expect(wrong).toEqual([]);
});
