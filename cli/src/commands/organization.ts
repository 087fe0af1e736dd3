import type { Command } from 'commander';
import { firstLine } from '../input.ts';
import { ago, done, printObject } from '../output.ts';
import { listVerb, number, verb } from '../verbs.ts';

/** What is the organization's: people, hardware tiers, all that runs, templates. */
export function organizationCommands(program: Command): void {
  const person = program.command('person').description('people of the organization');
  listVerb(person, {
    about: 'with their role',
    operation: 'listPeople',
    input: () => ({}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'e-mail', value: (row) => row.email },
      { title: 'role', value: (row) => row.role },
      { title: 'state', value: (row) => row.state },
      { title: 'seen', value: (row) => ago(row.lastSeenAt), exact: (row) => row.lastSeenAt },
    ],
    empty: 'Nobody.',
  });
  verb<[string]>(person, 'show <person>', 'one person, by id', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('getPerson', { user: id }), options),
  );
  verb<[string], { name?: string; role?: string; passwordStdin?: boolean }>(
    person,
    'add <email>',
    'add a person',
    async ({ args: [email], options, session }) => {
      const body = {
        email,
        ...(options.passwordStdin ? { password: await firstLine() } : {}),
        ...(options.name ? { name: options.name } : {}),
        ...(options.role ? { role: options.role as never } : {}),
      };
      printObject(await session.client.call('createPerson', { body }), options);
    },
    [
      ['--name <name>', 'what to call them'],
      ['--role <role>', 'admin, member or auditor'],
      ['--password-stdin', 'their first password, from standard input'],
    ],
  );
  for (const [usage, state, about] of [
    ['disable <person>', 'disabled', 'end sessions and tokens of a person, by id'],
    ['enable <person>', 'active', 'let them in again'],
  ] as const)
    verb<[string]>(person, usage, about, async ({ args: [id], options, session }) => {
      const changed = await session.client.call('changePerson', { user: id, body: { state } });
      done(changed, options, `${changed.name} is ${changed.state}.`);
    });

  const tier = program.command('tier').description('hardware tiers');
  listVerb(tier, {
    about: 'sizes of compute with their prices',
    operation: 'listHardwareTiers',
    input: () => ({}),
    columns: [
      { title: 'name', value: (row) => row.name },
      { title: 'cores', value: (row) => row.cpuCores },
      { title: 'memory', value: (row) => gibibytes(row.memoryBytes), exact: (row) => row.memoryBytes },
      { title: 'gpus', value: (row) => row.gpus },
      { title: 'price an hour', value: (row) => `${row.pricePerHour} ${row.currency}` },
      { title: 'default', value: (row) => (row.isDefault ? 'yes' : '') },
    ],
    empty: 'None.',
  });
  verb<[string], { cores?: number; memoryGib?: number; gpus?: number; price?: number; currency?: string }>(
    tier,
    'create <name>',
    'offer a new size',
    async ({ args: [name], options, session }) => {
      const { cores, memoryGib, gpus, price, currency } = options;
      const body = {
        name,
        ...(cores === undefined ? {} : { cpuCores: cores }),
        ...(memoryGib === undefined ? {} : { memoryBytes: Math.round(memoryGib * 1024 ** 3) }),
        ...(gpus === undefined ? {} : { gpus }),
        ...(price === undefined ? {} : { pricePerHour: price }),
        ...(currency ? { currency } : {}),
      };
      printObject(await session.client.call('createHardwareTier', { body }), options);
    },
    [
      ['--cores <number>', 'CPU cores at most', number],
      ['--memory-gib <number>', 'memory at most', number],
      ['--gpus <number>', 'GPUs', number],
      ['--price <number>', 'for an hour', number],
      ['--currency <code>', 'as EUR'],
    ],
  );

  const workload = program.command('workload').description('all that runs: jobs, workspaces, builds');
  listVerb<'listWorkloads', { alive?: boolean }>(workload, {
    about: 'newest first',
    operation: 'listWorkloads',
    input: ({ options }) => (options.alive ? { alive: true } : {}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'kind', value: (row) => row.kind },
      { title: 'state', value: (row) => row.state },
      { title: 'name', value: (row) => row.name },
      { title: 'host', value: (row) => row.host },
      { title: 'queued', value: (row) => ago(row.queuedAt), exact: (row) => row.queuedAt },
    ],
    empty: 'Nothing ran yet.',
    options: [['--alive', 'only what waits or runs now']],
  });
  verb<[string]>(workload, 'stop <workload>', 'end it with all its processes', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('stopWorkload', { workload: id }), options),
  );

  listVerb(program.command('template').description('project skeletons'), {
    about: 'those that ship',
    operation: 'listTemplates',
    input: () => ({}),
    columns: [
      { title: 'name', value: (row) => row.name },
      { title: 'title', value: (row) => row.title },
      { title: 'language', value: (row) => row.language },
    ],
    empty: 'None.',
  });
}

const gibibytes = (bytes: number | null): string => (bytes === null ? '' : `${Number((bytes / 1024 ** 3).toFixed(1))} GiB`);
