import type { Input, Operations, Output } from '@plinth/sdk';
import type { Command, CommandOptions } from 'commander';
import { UseError } from './exit-codes.ts';
import { type Column, printList } from './output.ts';
import { type CommonOptions, openSession, type Session } from './session.ts';

/** `['--sort <field>', 'order', parse, default]` */
type Option = [flags: string, about: string, parse?: (text: string) => unknown, fallback?: unknown];

/** What a verb is called with. Arguments are those of its usage, in order. */
export interface Call<A extends unknown[] = string[], O = unknown> {
  args: A;
  options: CommonOptions & O;
  session: Session;
}

/** A verb of a noun, as `verb(job, 'cancel <job>', 'end it', async ({ args, session }) => …)`. */
export function verb<A extends unknown[] = string[], O = unknown>(
  noun: Command,
  usage: string,
  about: string,
  run: (call: Call<A, O>) => Promise<void> | void,
  options: Option[] = [],
  more: CommandOptions = {},
): Command {
  const command = noun.command(usage, more).description(about);
  for (const [flags, told, parse, fallback] of options) {
    if (parse) command.option(flags, told, parse as (text: string) => string, fallback as string);
    else command.option(flags, told);
  }
  return command.action(async () => {
    const given = command.optsWithGlobals<CommonOptions & O>();
    // Opened on first use: a verb that needs no server must not complain about one.
    let session: Session | undefined;
    await run({
      args: command.processedArgs as A,
      options: given,
      get session() {
        session ??= openSession(given);
        return session;
      },
    });
  });
}

interface Page {
  items: object[];
  nextCursor: string | null;
}
/** Operations that answer pages. */
type ListOperation = { [K in keyof Operations]: Output<K> extends Page ? K : never }[keyof Operations];
type ItemOf<K extends ListOperation> = Output<K>['items'][number];
type Question<K> = K extends keyof Operations ? Omit<Input<K>, 'limit' | 'cursor' | 'sort' | 'filter' | 'format'> : never;

interface ListOptions {
  filter?: string;
  sort?: string;
  limit: number;
  all?: boolean;
}

/** A list with `--filter`, `--sort`, `--limit` and `--all`, in a table for people and whole for programs. */
export function listVerb<K extends ListOperation, O = unknown>(
  noun: Command,
  list: {
    usage?: string;
    about: string;
    /** One, or what the call asks for: of the project in force, or of all. */
    operation: K | ((call: Call<string[], O>) => K);
    /** What the operation needs besides. */
    input: (call: Call<string[], O>) => Question<K> | Promise<Question<K>>;
    columns: Column<ItemOf<K>>[];
    empty: string;
    options?: Option[];
  },
): Command {
  return verb<string[], ListOptions & O>(
    noun,
    list.usage ?? 'list',
    list.about,
    async (call) => {
      const { filter, sort, limit, all } = call.options;
      const asked = { ...(await list.input(call)), ...(filter ? { filter } : {}), ...(sort ? { sort } : {}) };
      const most = all ? Number.POSITIVE_INFINITY : limit;
      const rows: ItemOf<K>[] = [];
      const input = { ...asked, limit: Math.min(most, 1000) } as unknown as Input<K>;
      const operation = typeof list.operation === 'function' ? list.operation(call) : list.operation;
      for await (const row of call.session.client.all(operation, input)) {
        rows.push(row as ItemOf<K>);
        if (rows.length >= most) break;
      }
      printList(rows, list.columns, call.options, list.empty);
    },
    [
      ['--filter <terms>', `as "name LIKE 'a%' AND createdAt > '2026-01-31'"`],
      ['--sort <field>', 'a field, with a minus in front for descending'],
      ['--limit <number>', 'how many', count, 100],
      ['--all', 'every page'],
      ...(list.options ?? []),
    ],
  );
}

/** A whole number from 1, or a wrong use. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new UseError(`"${text}" is not a whole number from 1.`);
  return value;
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new UseError(`"${text}" is not a number.`);
  return value;
}

/** For options that may come several times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Asks before something is lost. Without a terminal it never asks: `--yes` says it. */
export async function confirm(question: string, options: CommonOptions): Promise<void> {
  if (options.yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UseError(`${question} There is no terminal to ask on: add --yes if you mean it.`);
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({ message: question, initialValue: false, output: process.stderr });
  if (prompts.isCancel(answer) || !answer) throw new UseError('Nothing was done.');
}
