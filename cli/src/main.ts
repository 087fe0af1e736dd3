import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, explain } from './exit-codes.ts';
import { plainWords } from './plain-words.ts';
import { makeProgram } from './program.ts';

process.on('SIGINT', () => process.exit(exitCodes.interrupted));
// The reader of a pipe may leave early (`plinth job list | head`): that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  const program = makeProgram();
  const nouns = program.commands.map((command) => command.name());
  await program.parseAsync([...process.argv.slice(0, 2), ...plainWords(process.argv.slice(2), nouns)]);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
  } else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
