export type TableFormat = 'csv' | 'parquet' | 'json';

/** What kind of table a file is by its name; null when it is none. */
export function formatOf(path: string): TableFormat | null {
  const name = path.toLowerCase();
  if (/\.(csv|tsv)(\.gz)?$/.test(name)) return 'csv';
  if (/\.parquet$/.test(name)) return 'parquet';
  return /\.(jsonl|ndjson)(\.gz)?$/.test(name) ? 'json' : null;
}
