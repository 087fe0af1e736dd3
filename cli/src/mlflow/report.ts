import { note, printJson, printList } from '../output.ts';

export const kinds = [
  'experiments',
  'runs',
  'params',
  'tags',
  'metric points',
  'dataset inputs',
  'artifacts',
  'logged models',
  'registered models',
  'versions',
  'aliases and stages',
] as const;
export type Kind = (typeof kinds)[number];

interface Count {
  kind: Kind;
  found: number;
  brought: number;
  there: number;
  /** Would enter a protected channel: people decide. */
  left: number;
  missing: number;
}

/** How many single faults are told; all are counted, and `--json` has all that were kept. */
const toldAtMost = 200;
const keptAtMost = 10_000;

/** Counts what was found and what came of it, and tells how far it is. What is found is brought, was there, is left to people, or is missing: nothing else. */
export class Report {
  readonly #counts = new Map<Kind, Count>(
    kinds.map((kind) => [kind, { kind, found: 0, brought: 0, there: 0, left: 0, missing: 0 }]),
  );
  readonly #missing: { what: string; why: string }[] = [];
  readonly #differences: { what: string; why: string }[] = [];
  #missingCount = 0;
  #differenceCount = 0;
  #bytes = 0;
  #toldAt = 0;
  readonly #began = Date.now();
  readonly #quiet: boolean;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  brought(kind: Kind, count = 1): void {
    this.#add(kind, 'brought', count);
  }

  there(kind: Kind, count = 1): void {
    this.#add(kind, 'there', count);
  }

  missing(kind: Kind, what: string, why: string, count = 1): void {
    this.#add(kind, 'missing', count);
    this.#missingCount += count;
    if (this.#missing.length < keptAtMost) this.#missing.push({ what, why });
  }

  left(kind: Kind, what: string, why: string): void {
    this.#add(kind, 'left', 1);
    this.#differenceCount += 1;
    if (this.#differences.length < keptAtMost) this.#differences.push({ what, why });
  }

  /** Here otherwise than there, but here. */
  differs(what: string, why: string): void {
    this.#differenceCount += 1;
    if (this.#differences.length < keptAtMost) this.#differences.push({ what, why });
  }

  bytes(count: number): void {
    this.#bytes += count;
    this.#progress();
  }

  get isWhole(): boolean {
    return this.#missingCount === 0;
  }

  /** @param isDone false when it ended early: what is not named was not looked at then */
  print(json: boolean, isDone: boolean): void {
    if (process.stderr.isTTY && !this.#quiet) process.stderr.write('\r\u001b[K');
    const counts = [...this.#counts.values()];
    if (json)
      return printJson({
        isDone,
        counts,
        bytes: this.#bytes,
        missingCount: this.#missingCount,
        missing: this.#missing,
        differences: this.#differences,
      });
    printList(
      counts,
      [
        { title: 'kind', value: (row) => row.kind },
        { title: 'found', value: (row) => row.found },
        { title: 'brought', value: (row) => row.brought },
        { title: 'already there', value: (row) => row.there },
        { title: 'left to approval', value: (row) => row.left },
        { title: 'missing', value: (row) => row.missing },
      ],
      {},
      '',
    );
    for (const [title, all, count] of [
      ['Differs', this.#differences, this.#differenceCount],
      ['Missing', this.#missing, this.#missingCount],
    ] as const) {
      for (const { what, why } of all.slice(0, toldAtMost)) note(`${title}: ${what}: ${why}`);
      if (count > Math.min(all.length, toldAtMost)) note(`${title}: ${count} in all; --json tells more`);
    }
    const seconds = Math.round((Date.now() - this.#began) / 1000);
    note(
      !isDone
        ? `Ended early; ${sized(this.#bytes)} in ${seconds} s. Call it again to go on.`
        : this.isWhole
          ? `All is there: ${sized(this.#bytes)} in ${seconds} s.`
          : `${this.#missingCount} missing, named above; ${sized(this.#bytes)} in ${seconds} s. Call it again to try these once more.`,
    );
  }

  #add(kind: Kind, what: 'brought' | 'there' | 'left' | 'missing', count: number): void {
    const row = this.#counts.get(kind)!;
    row.found += count;
    row[what] += count;
    this.#progress();
  }

  /** A line that is written over on a terminal; elsewhere a line now and then. */
  #progress(): void {
    const now = Date.now();
    const terminal = process.stderr.isTTY === true;
    if (this.#quiet || now - this.#toldAt < (terminal ? 200 : 5_000)) return;
    this.#toldAt = now;
    const done = (kind: Kind): number => this.#counts.get(kind)!.brought + this.#counts.get(kind)!.there;
    const line = `${done('runs')} runs, ${done('metric points')} metric points, ${done('artifacts')} artifacts, ${done('versions')} versions, ${sized(this.#bytes)}${this.#missingCount ? `, ${this.#missingCount} missing` : ''}`;
    process.stderr.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
  }
}

function sized(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
