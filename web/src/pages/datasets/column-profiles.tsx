import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { useAddress } from '../../ui/address.ts';
import { Histogram } from '../../ui/charts/histogram.tsx';
import { saveFile, toCsv } from '../../ui/csv.ts';
import { figure, number } from '../../ui/format.ts';
import { Button, Empty, Inspector, Skeleton, Table } from '../../ui/kit.tsx';

type Snapshot = Output<'getSnapshot'>;
type TableProfile = NonNullable<Snapshot['profile']['tables']>[number];
type ColumnProfile = TableProfile['columns'][number];

/** Schema and statistics of what is in a snapshot. */
export function ColumnProfiles({ snapshot }: { snapshot: Snapshot }) {
  const { profile } = snapshot;
  if (profile.state === 'pending')
    return (
      <>
        <p className="soft">The columns are being read; they appear here by themselves.</p>
        <Skeleton rows={4} />
      </>
    );
  if (!profile.tables?.length)
    return (
      <Empty icon="table" title={profile.reason ?? 'No file here has columns. CSV, Parquet and JSON-lines files are read.'} />
    );
  return profile.tables.map((table) => <OneTable key={table.path} table={table} />);
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(part === 0 ? 0 : 1)} %`;

function OneTable({ table }: { table: TableProfile }) {
  const [address, change] = useAddress();
  const [word, setWord] = useState('');
  const rows = table.columns
    .filter((column) => column.name.toLowerCase().includes(word.toLowerCase()))
    .map((column) => ({ ...column, id: `${table.path}/${column.name}` }));
  const chosen = rows.find((column) => column.id === address.column);
  const save = (): void =>
    saveFile(
      `${table.path}-columns.csv`,
      toCsv([
        ['column', 'type', 'count', 'missing', 'distinct', 'mean', 'standard deviation', 'least', 'greatest'],
        ...table.columns.map((one) => [
          one.name,
          one.type,
          one.count,
          one.nullCount,
          one.distinctCount,
          one.mean,
          one.standardDeviation,
          one.min,
          one.max,
        ]),
      ]),
    );
  return (
    <section className="stack" aria-label={`Columns of ${table.path}`}>
      <div className="section-head">
        <h2>
          <span className="mono">{table.path}</span>{' '}
          <span className="faint tabular">
            {table.rowCount.toLocaleString('en')} rows · {table.columns.length.toLocaleString('en')} columns
          </span>
        </h2>
        <div className="row">
          <input
            aria-label={`Find a column of ${table.path}`}
            placeholder="Find a column"
            style={{ width: 180 }}
            value={word}
            onChange={(event) => setWord(event.target.value)}
          />
          <Button tone="quiet" icon="download" onClick={save}>
            CSV
          </Button>
        </div>
      </div>
      <Table
        label={`Statistics of ${table.path}`}
        rows={rows}
        chosen={chosen?.id}
        open={(column) => change({ column: address.column === column.id ? null : column.id }, 'replace')}
        columns={[
          { title: 'Column', cell: (column) => <strong title={column.name}>{column.name}</strong> },
          { title: 'Type', cell: (column) => <TypeName type={column.type} /> },
          { title: 'Distribution', cell: (column) => <Distribution column={column} /> },
          {
            title: 'Missing',
            cell: (column) => (
              <span className={column.nullCount > 0 ? 'status warn' : 'faint'}>
                {column.nullCount > 0 && <i aria-hidden="true">▲</i>}
                {share(column.nullCount, table.rowCount)}
              </span>
            ),
            numeric: true,
          },
          { title: 'Distinct', cell: (column) => column.distinctCount.toLocaleString('en'), numeric: true },
          { title: 'Mean', cell: (column) => figure(column.mean), numeric: true },
          { title: 'Deviation', cell: (column) => figure(column.standardDeviation), numeric: true },
          { title: 'Least', cell: (column) => <Extreme value={column.min} />, numeric: true },
          { title: 'Greatest', cell: (column) => <Extreme value={column.max} />, numeric: true },
        ]}
      />
      {chosen && (
        <Inspector title={chosen.name} close={() => change({ column: null }, 'replace')}>
          <ColumnDetail column={chosen} rowCount={table.rowCount} />
        </Inspector>
      )}
    </section>
  );
}

/** The types of the reader of files in the words of people; what has none is shown as it is. */
const types: readonly [RegExp, string][] = [
  [/^(VARCHAR|TEXT|CHAR)/, 'text'],
  [/^(U?(BIG|SMALL|TINY|HUGE)INT|U?INTEGER)/, 'whole number'],
  [/^(DOUBLE|FLOAT|REAL|DECIMAL)/, 'number'],
  [/^BOOLEAN/, 'true or false'],
  [/^DATE$/, 'date'],
  [/^TIMESTAMP/, 'date and time'],
  [/^TIME/, 'time of day'],
];
const typeWords = (type: string): string => types.find(([pattern]) => pattern.test(type))?.[1] ?? type.toLowerCase();

const TypeName = ({ type }: { type: string }) => (
  <span className="soft" title={type}>
    {typeWords(type)}
  </span>
);

function Distribution({ column }: { column: ColumnProfile }) {
  if (column.histogram) return <Histogram bins={column.histogram} label={`Distribution of ${column.name}`} />;
  return (
    <span className="soft clip" style={{ display: 'block', maxWidth: 240 }}>
      {column.topValues
        ?.slice(0, 3)
        .map((top) => `${top.value} (${top.count.toLocaleString('en')})`)
        .join(', ') ?? '–'}
    </span>
  );
}

function Extreme({ value }: { value: string | null }) {
  if (value === null) return <span className="faint">–</span>;
  const isNumber = value !== '' && Number.isFinite(Number(value));
  return <span title={value}>{isNumber ? figure(Number(value)) : value.length > 24 ? `${value.slice(0, 22)}…` : value}</span>;
}

function ColumnDetail({ column, rowCount }: { column: ColumnProfile; rowCount: number }) {
  const most = Math.max(...(column.topValues ?? []).map((top) => top.count), 1);
  const facts: [string, string][] = [
    ['type', typeWords(column.type)],
    ['missing', `${column.nullCount.toLocaleString('en')} (${share(column.nullCount, rowCount)})`],
    ['distinct, about', column.distinctCount.toLocaleString('en')],
    ...(column.mean === null
      ? []
      : [
          ['mean', number(column.mean)] as [string, string],
          ['standard deviation', number(column.standardDeviation)] as [string, string],
        ]),
    ['least', column.min ?? '–'],
    ...(column.quartiles ?? []).map((value, index): [string, string] => [`${25 * (index + 1)} % below`, number(value)]),
    ['greatest', column.max ?? '–'],
  ];
  return (
    <div className="stack" style={{ gap: 16 }}>
      {column.histogram && (
        <div>
          <Histogram bins={column.histogram} label={`Distribution of ${column.name}`} large />
          <div className="caption tabular" style={{ display: 'flex', justifyContent: 'space-between' }}>
            <span>{figure(column.histogram[0]?.from)}</span>
            <span>{figure(column.histogram.at(-1)?.to)}</span>
          </div>
        </div>
      )}
      <dl className="facts dense">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {column.topValues && column.topValues.length > 0 && (
        <section aria-label="Most frequent values">
          <h3>Most frequent</h3>
          <ul className="bar-list">
            {column.topValues.map((top) => (
              <li key={top.value}>
                <span className="clip" title={top.value}>
                  {top.value === '' ? '(empty)' : top.value}
                </span>
                <span className="track" aria-hidden="true">
                  <i style={{ width: `${(100 * top.count) / most}%`, background: 'var(--series-1)' }} />
                </span>
                <span className="number">{top.count.toLocaleString('en')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
