/** One column of a signature. */
export interface InputColumn {
  name: string;
  type: string;
  required: boolean;
}

/** Named columns of a signature's inputs; none where it has tensors, or no names. */
export function columnsOf(signature: unknown): InputColumn[] {
  const inputs = (signature as { inputs?: unknown } | null | undefined)?.inputs;
  try {
    const list = (typeof inputs === 'string' ? JSON.parse(inputs) : inputs) as Partial<InputColumn>[] | undefined;
    if (!Array.isArray(list) || list.some((one) => typeof one?.name !== 'string' || typeof one.type !== 'string')) return [];
    if (list.some((one) => one.type === 'tensor')) return [];
    return list.map((one) => ({ name: one.name!, type: one.type!, required: one.required !== false }));
  } catch {
    return [];
  }
}

/** What was typed, as a body of one row. */
export function bodyOf(columns: readonly InputColumn[], row: Readonly<Record<string, string>>) {
  return {
    dataframe_split: {
      columns: columns.map((one) => one.name),
      data: [columns.map((one) => typedValue(one, row[one.name] ?? ''))],
    },
  };
}

function typedValue({ type }: InputColumn, text: string): unknown {
  if (text === '') return null;
  if (type === 'boolean') return text === 'true';
  return ['double', 'float', 'integer', 'long'].includes(type) ? Number(text) : text;
}

/** The first row of an example body, by column. */
export function exampleRow(example: unknown, columns: readonly InputColumn[]): Record<string, string> {
  const split = (example as { dataframe_split?: { columns?: string[]; data?: unknown[][] } } | null)?.dataframe_split;
  const records = (example as { dataframe_records?: Record<string, unknown>[] } | null)?.dataframe_records;
  const value = (name: string): unknown => records?.[0]?.[name] ?? split?.data?.[0]?.[split.columns?.indexOf(name) ?? -1];
  return Object.fromEntries(columns.map(({ name }) => [name, String(value(name) ?? '')]));
}
