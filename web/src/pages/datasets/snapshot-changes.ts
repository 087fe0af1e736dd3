import type { Output } from '@plinth/sdk';

type Snapshot = Output<'getSnapshot'>;
type SnapshotFile = Output<'listSnapshotFiles'>['items'][number];

export interface FileChange {
  path: string;
  what: 'added' | 'removed' | 'changed';
  beforeBytes: number | null;
  afterBytes: number | null;
}

/** Files by path: equal contents are no change, whatever they are called elsewhere. */
export function changedFiles(before: readonly SnapshotFile[], after: readonly SnapshotFile[]): FileChange[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const now = new Map(after.map((file) => [file.path, file]));
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path): FileChange[] => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was?.sha256 === is?.sha256) return [];
    const sizes = { beforeBytes: was?.sizeBytes ?? null, afterBytes: is?.sizeBytes ?? null };
    return [{ path, what: !was ? 'added' : !is ? 'removed' : 'changed', ...sizes }];
  });
}

export interface ColumnChange {
  table: string;
  column: string;
  /** `type`, `missing`, `mean`, … or the column itself. */
  what: string;
  before: string | number | null;
  after: string | number | null;
}

const facts = {
  type: (column: ColumnOf) => column.type,
  missing: (column: ColumnOf) => column.nullCount,
  distinct: (column: ColumnOf) => column.distinctCount,
  mean: (column: ColumnOf) => column.mean,
  deviation: (column: ColumnOf) => column.standardDeviation,
  least: (column: ColumnOf) => column.min,
  greatest: (column: ColumnOf) => column.max,
} as const;
type ColumnOf = NonNullable<Snapshot['profile']['tables']>[number]['columns'][number];

/** What changed in schema and statistics, table by table; rows first. */
export function changedColumns(before: Snapshot['profile'], after: Snapshot['profile']): ColumnChange[] {
  const old = new Map((before.tables ?? []).map((table) => [table.path, table]));
  return (after.tables ?? []).flatMap((table): ColumnChange[] => {
    const was = old.get(table.path);
    if (!was) return [];
    const columns = new Map(was.columns.map((column) => [column.name, column]));
    const kept = new Set(table.columns.map((column) => column.name));
    const change = (column: string, what: string, from: ColumnChange['before'], to: ColumnChange['after']): ColumnChange[] =>
      from === to ? [] : [{ table: table.path, column, what, before: from, after: to }];
    return [
      ...change('', 'rows', was.rowCount, table.rowCount),
      ...was.columns
        .filter((column) => !kept.has(column.name))
        .flatMap((column) => change(column.name, 'column', column.type, null)),
      ...table.columns.flatMap((column) => {
        const old = columns.get(column.name);
        if (!old) return change(column.name, 'column', null, column.type);
        return Object.entries(facts).flatMap(([what, read]) => change(column.name, what, read(old), read(column)));
      }),
    ];
  });
}
