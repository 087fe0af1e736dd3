import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, explain } from './exit-codes.ts';
import { makeProgram } from './program.ts';

process.on('SIGINT', () => process.exit(exitCodes.interrupted));
// The reader of a pipe may leave early (`plinth job list | head`): that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

/** What stands after `run --` is a command, though it begin with a word that is a verb of runs. */
function words(): string[] {
  const at = process.argv.indexOf('--');
  const given = process.argv;
  return at > 2 && given[at - 1] === 'run' ? [...given.slice(0, at), 'start', ...given.slice(at)] : given;
}

try {
  await makeProgram().parseAsync(words());
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
  } else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
