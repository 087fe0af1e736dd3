import { useState } from 'react';
import { Button, Table } from '../../ui/kit.tsx';
import type { CardFacts, Entry } from './facts.ts';

const shownAtFirst = 8;

/** What a version takes and gives, a row each; outputs before the many inputs that are one press away. */
export function SignatureTable({ signature }: { signature: CardFacts['signature'] | null }) {
  const [all, setAll] = useState(false);
  const rows = signature
    ? [...rowsOf('output', signature.outputs), ...rowsOf('input', signature.inputs), ...rowsOf('parameter', signature.params)]
    : [];
  if (rows.length === 0)
    return <p className="faint">Not recorded: it was logged without a signature, so requests cannot be checked against it.</p>;
  const few = all || rows.length <= shownAtFirst + 1 ? rows : rows.slice(0, shownAtFirst);
  return (
    <>
      <Table
        label="Columns of the signature"
        rows={few}
        columns={[
          { title: 'Name', cell: (row) => <span className="mono">{row.name}</span> },
          { title: 'Part', cell: (row) => row.part },
          { title: 'Type', cell: (row) => <span className="mono">{row.type}</span> },
          {
            title: 'Required',
            cell: (row) => (row.required === undefined ? <span className="faint">–</span> : row.required ? 'yes' : 'no'),
          },
        ]}
      />
      {few.length < rows.length && (
        <Button className="self-start" onClick={() => setAll(true)}>
          Show all {rows.length}
        </Button>
      )}
    </>
  );
}

const rowsOf = (part: string, entries: readonly Entry[] | null) =>
  (entries ?? []).map((entry, index) => ({
    id: `${part} ${index}`,
    part,
    name: entry.name ?? (entries!.length > 1 ? `column ${index + 1}` : part),
    type: typeOf(entry),
    required: part === 'input' ? (entry.required ?? true) : undefined,
  }));

function typeOf(entry: Entry): string {
  const tensor = entry['tensor-spec'];
  if (tensor) return `${tensor.dtype} [${tensor.shape.map((size) => (size < 0 ? 'any' : size)).join(' × ')}]`;
  return typeof entry.type === 'string' ? entry.type : 'object';
}
