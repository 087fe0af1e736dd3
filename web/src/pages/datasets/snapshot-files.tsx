import { useState } from 'react';
import { useCall } from '../../api.ts';
import { here } from '../../base.ts';
import { useAddress } from '../../ui/address.ts';
import { bytes } from '../../ui/format.ts';
import { Loaded, Short, Table } from '../../ui/kit.tsx';
import { FileViewer } from '../../ui/viewer/file-viewer.tsx';

const contentUrl = (snapshot: string, path: string): string =>
  `/api/v1/snapshots/${snapshot}/content?path=${encodeURIComponent(path)}`;

const readable = /\.(csv|tsv|jsonl?|ndjson|txt|md|html?|png|jpe?g|gif|webp|ya?ml|xml)$/i;

/** The first rows of a file, as they are. */
export function Sample({ snapshot }: { snapshot: string }) {
  const [address, change] = useAddress();
  const files = useCall('listSnapshotFiles', { snapshot });
  return (
    <Loaded query={files} rows={6}>
      {(data) => {
        const choices = data.items.filter((file) => readable.test(file.path)).slice(0, 200);
        const file = data.items.find((one) => one.path === address.file) ?? choices[0] ?? data.items[0];
        if (!file) return <p className="soft">This snapshot has no files.</p>;
        return (
          <>
            {choices.length > 1 && (
              <select
                aria-label="File"
                style={{ maxWidth: 360 }}
                value={file.path}
                onChange={(event) => change({ file: event.target.value }, 'replace')}
              >
                {choices.map((one) => (
                  <option key={one.path}>{one.path}</option>
                ))}
              </select>
            )}
            <FileViewer key={file.path} url={contentUrl(snapshot, file.path)} path={file.path} sizeBytes={file.sizeBytes} />
          </>
        );
      }}
    </Loaded>
  );
}

const most = 500;

/** All files by path, with their contents' digests. */
export function SnapshotFiles({ snapshot }: { snapshot: string }) {
  const files = useCall('listSnapshotFiles', { snapshot });
  const [, change] = useAddress();
  const [word, setWord] = useState('');
  return (
    <Loaded query={files} rows={6}>
      {(data) => {
        const found = data.items.filter((file) => file.path.toLowerCase().includes(word.toLowerCase()));
        return (
          <>
            <input
              aria-label="Find a file"
              placeholder="Find a file"
              style={{ maxWidth: 280 }}
              value={word}
              onChange={(event) => setWord(event.target.value)}
            />
            <Table
              label="Files"
              rows={found.slice(0, most).map((file) => ({ ...file, id: file.path }))}
              open={(file) => change({ tab: 'sample', file: file.path })}
              columns={[
                { title: 'Path', cell: (file) => <span className="mono">{file.path}</span> },
                { title: 'Size', cell: (file) => bytes(file.sizeBytes), numeric: true },
                { title: 'SHA-256', cell: (file) => <Short value={file.sha256} what="SHA-256" /> },
                {
                  title: 'Download',
                  cell: (file) => (
                    <a href={here(contentUrl(snapshot, file.path))} download={file.path.split('/').at(-1)}>
                      Download
                    </a>
                  ),
                },
              ]}
            />
            {found.length > most && (
              <p className="caption">
                The first {most} of {found.length.toLocaleString('en')}; find the rest by name.
              </p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
