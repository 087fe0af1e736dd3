import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { here } from '../../base.ts';
import { bytes } from '../format.ts';
import { Loaded, PanelBoundary, Short, Skeleton, Tabs } from '../kit.tsx';
import { JsonTree } from './json-tree.tsx';
import { readCsv } from './read-csv.ts';
import { type Head, readHead } from './read-head.ts';

const Markdown = lazy(() => import('../markdown.tsx'));

type Kind = 'image' | 'csv' | 'tsv' | 'json' | 'markdown' | 'html' | 'text';

const kinds: [pattern: RegExp, kind: Kind, mostBytes: number][] = [
  [/\.(png|jpe?g|gif|webp|avif|bmp)$/i, 'image', 20_000_000],
  [/\.csv$/i, 'csv', 512_000],
  [/\.tsv$/i, 'tsv', 512_000],
  [/\.(json|ipynb|geojson)$/i, 'json', 4_000_000],
  [/\.(md|markdown)$/i, 'markdown', 1_000_000],
  [/\.html?$/i, 'html', 2_000_000],
];
const mostRows = 200;
const mostText = 256_000;

/** One file as what it is. Only its beginning is read; nothing in it runs. */
export function FileViewer({ url, path, sizeBytes }: { url: string; path: string; sizeBytes: number }) {
  const [, kind, mostBytes] = kinds.find(([pattern]) => pattern.test(path)) ?? [/$/, 'text' as Kind, mostText];
  const head = useQuery({
    queryKey: ['head of file', url, sizeBytes],
    queryFn: ({ signal }) => readHead(url, mostBytes, signal),
    meta: { still: true },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const name = path.split('/').at(-1)!;
  return (
    <section className="viewer" aria-label={name}>
      <header>
        <h3 className="clip" title={path}>
          {path}
        </h3>
        <span className="caption">{bytes(sizeBytes)}</span>
        {head.data?.digest && <Short value={head.data.digest} what="SHA-256" />}
        <a className="button" href={here(url)} download={name}>
          Download
        </a>
      </header>
      <PanelBoundary key={url}>
        <Loaded query={head} rows={6}>
          {(data) => <Content kind={kind} head={data} path={path} />}
        </Loaded>
      </PanelBoundary>
    </section>
  );
}

function Content({ kind, head, path }: { kind: Kind; head: Head; path: string }) {
  if (kind === 'image')
    return head.isCut ? <Nothing why="This picture is too large to show here." /> : <Picture head={head} path={path} />;
  const text = new TextDecoder().decode(head.bytes);
  if (text.slice(0, 4_000).includes('\u0000')) return <Nothing why="This is no text, and there is no viewer for it." />;
  if (text === '') return <Nothing why="This file is empty." />;
  switch (kind) {
    case 'csv':
    case 'tsv':
      return <CsvTable text={text} separator={kind === 'csv' ? ',' : '\t'} isCut={head.isCut} path={path} />;
    case 'json':
      return <Json text={text} isCut={head.isCut} />;
    case 'markdown':
      return (
        <Suspense fallback={<Skeleton />}>
          <Markdown>{text}</Markdown>
        </Suspense>
      );
    case 'html':
      return <Html text={text} path={path} isCut={head.isCut} />;
    default:
      return <PlainText text={text} isCut={head.isCut} />;
  }
}

const Nothing = ({ why }: { why: string }) => <p className="soft">{why} Download it to see it.</p>;

function Picture({ head, path }: { head: Head; path: string }) {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    const ending = path.split('.').at(-1)!.toLowerCase().replace('jpg', 'jpeg');
    const url = URL.createObjectURL(new Blob([head.bytes], { type: `image/${ending}` }));
    setSource(url);
    return () => URL.revokeObjectURL(url);
  }, [head, path]);
  return source ? <img className="picture" src={source} alt={path} /> : null;
}

function PlainText({ text, isCut }: { text: string; isCut: boolean }) {
  return (
    <>
      <pre className="text" tabIndex={0}>
        {text.slice(0, mostText)}
      </pre>
      {(isCut || text.length > mostText) && <p className="caption">The first {bytes(Math.min(mostText, text.length))}.</p>}
    </>
  );
}

function Json({ text, isCut }: { text: string; isCut: boolean }) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return <PlainText text={text} isCut={isCut} />;
  }
  return (
    <div className="json-root mono" role="region" aria-label="JSON" tabIndex={0}>
      <JsonTree value={value} />
    </div>
  );
}

function CsvTable({ text, separator, isCut, path }: { text: string; separator: ',' | '\t'; isCut: boolean; path: string }) {
  const [head = [], ...rows] = readCsv(text, separator, mostRows + 1, isCut);
  const numeric = head.map(
    (_name, column) => rows.length > 0 && rows.every((row) => !row[column] || Number.isFinite(Number(row[column]))),
  );
  return (
    <>
      <div className="table-wrap short-wrap" tabIndex={0} role="region" aria-label={`Rows of ${path}`}>
        <table>
          <thead>
            <tr>
              {head.map((name, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns may have one name twice
                <th key={column} scope="col" className={numeric[column] ? 'number' : ''}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
              <tr key={index}>
                {head.map((_name, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns may have one name twice
                  <td key={column} className={numeric[column] ? 'number' : ''}>
                    {row[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="caption">
        {isCut || rows.length === mostRows
          ? `The first ${rows.length.toLocaleString('en')} rows`
          : `${rows.length.toLocaleString('en')} rows`}
        , {head.length.toLocaleString('en')} columns.
      </p>
    </>
  );
}

/** Shown in a frame of no origin, in which nothing runs and nothing is loaded. */
function Html({ text, path, isCut }: { text: string; path: string; isCut: boolean }) {
  const [open, setOpen] = useState<'page' | 'source'>('page');
  return (
    <Tabs
      small
      label="View"
      open={open}
      onOpen={setOpen}
      tabs={[
        { name: 'page', label: 'Page' },
        { name: 'source', label: 'Source' },
      ]}
    >
      {open === 'page' ? (
        <iframe className="page-frame" title={path} sandbox="" srcDoc={text} />
      ) : (
        <PlainText text={text} isCut={isCut} />
      )}
    </Tabs>
  );
}
