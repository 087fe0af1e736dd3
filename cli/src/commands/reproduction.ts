import type { Command } from 'commander';
import { ago, printObject } from '../output.ts';
import { listVerb, verb } from '../verbs.ts';

/** What was made again, and how it came out; `plinth reproduce` begins one. */
export function reproductionCommands(program: Command): void {
  const reproduction = program.command('reproduction').description('what was made again');
  listVerb<'listReproductions', { subject?: string }>(reproduction, {
    about: 'newest first',
    operation: 'listReproductions',
    input: ({ options, session }) => ({
      ...(session.project ? { project: session.project } : {}),
      ...(options.subject ? { subject: options.subject } : {}),
    }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'of', value: (row) => row.subject },
      { title: 'state', value: (row) => row.state },
      { title: 'verdict', value: (row) => row.verdict },
      { title: 'began', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
    ],
    empty: 'Nothing was made again yet. Try: plinth reproduce <job>',
    options: [['--subject <ref>', 'only of job:…, version:… or prediction:…']],
  });
  verb<[string]>(reproduction, 'show <reproduction>', 'its verdict and differences', async ({ args: [id], options, session }) => {
    const found = await session.client.call('getReproduction', { reproduction: id });
    const { compared: _compared, differences, modelVersion, ...plain } = found;
    const version = modelVersion ? { version: modelVersion.address } : {};
    printObject(options.json ? found : { ...plain, ...version, differences: differences.length }, options);
  });
}
