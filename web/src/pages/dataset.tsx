import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { bytes, number } from '../ui/format.ts';
import { Empty, Field, FormDialog, faultOf, Loaded, PageHead, StatusMark, Table, Time } from '../ui/kit.tsx';

export function Dataset() {
  const { dataset: id } = useParams({ strict: false }) as { dataset: string };
  const dataset = useCall('getDataset', { dataset: id });
  const snapshots = useCall('listSnapshots', { dataset: id, limit: 500 });
  const [chosen, setChosen] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const shown = snapshots.data?.items.find((snapshot) => snapshot.id === chosen) ?? snapshots.data?.items[0];
  return (
    <Loaded query={dataset}>
      {(data) => (
        <>
          <PageHead
            title={data.name}
            about={data.description || 'A dataset: each state is a snapshot that never changes.'}
            code={{ path: `/datasets/${id}/snapshots`, cli: `npx plinth dataset show ${id}` }}
          >
            <button type="button" className="primary" onClick={() => setOpen(true)}>
              New snapshot
            </button>
          </PageHead>
          <Loaded query={snapshots}>
            {(list) =>
              list.items.length === 0 ? (
                <Empty title="No snapshot yet." />
              ) : (
                <Table
                  label="Snapshots"
                  rows={list.items}
                  open={(snapshot) => setChosen(snapshot.id)}
                  columns={[
                    { title: 'Snapshot', cell: (snapshot) => snapshot.number, numeric: true },
                    { title: 'Id', cell: (snapshot) => <span className="mono">{snapshot.id}</span> },
                    { title: 'Digest', cell: (snapshot) => <span className="mono">{snapshot.digest.slice(0, 12)}</span> },
                    { title: 'Files', cell: (snapshot) => snapshot.fileCount, numeric: true },
                    { title: 'Size', cell: (snapshot) => bytes(snapshot.sizeBytes), numeric: true },
                    { title: 'Profile', cell: (snapshot) => <StatusMark state={snapshot.profile.state} /> },
                    { title: 'Made', cell: (snapshot) => <Time at={snapshot.createdAt} /> },
                  ]}
                />
              )
            }
          </Loaded>
          {shown?.profile.reason && <p className="soft">{shown.profile.reason}</p>}
          {shown?.profile.tables?.map((table) => (
            <section key={table.path} className="card">
              <h2>
                {table.path} <span className="faint">{table.rowCount.toLocaleString('en')} rows</span>
              </h2>
              <Table
                label={`Columns of ${table.path}`}
                rows={table.columns.map((column) => ({ ...column, id: column.name }))}
                columns={[
                  { title: 'Column', cell: (column) => <strong>{column.name}</strong> },
                  { title: 'Type', cell: (column) => <span className="mono">{column.type}</span> },
                  {
                    title: 'Distribution',
                    cell: (column) =>
                      column.histogram ? (
                        <span
                          className="bars"
                          role="img"
                          aria-label={`Histogram from ${number(column.histogram[0]?.from)} to ${number(column.histogram.at(-1)?.to)}`}
                        >
                          {column.histogram.map((bin) => (
                            <i
                              key={bin.from}
                              style={{
                                height: `${(100 * bin.count) / Math.max(...column.histogram!.map((one) => one.count), 1)}%`,
                              }}
                            />
                          ))}
                        </span>
                      ) : (
                        <span className="faint">
                          {column.topValues
                            ?.slice(0, 3)
                            .map((top) => `${top.value} (${top.count})`)
                            .join(', ')}
                        </span>
                      ),
                  },
                  { title: 'Missing', cell: (column) => column.nullCount, numeric: true },
                  { title: 'Distinct', cell: (column) => column.distinctCount, numeric: true },
                  { title: 'Mean', cell: (column) => number(column.mean), numeric: true },
                  { title: 'Deviation', cell: (column) => number(column.standardDeviation), numeric: true },
                  { title: 'Least', cell: (column) => column.min ?? '–', numeric: true },
                  { title: 'Greatest', cell: (column) => column.max ?? '–', numeric: true },
                ]}
              />
            </section>
          ))}
          {shown && <Files snapshot={shown.id} />}
          <FormDialog
            title="New snapshot"
            action="Upload"
            open={open}
            close={() => setOpen(false)}
            submit={async (form) => {
              const upload = new FormData();
              for (const file of form.getAll('files')) upload.append('file', file as File, (file as File).name);
              await call('createSnapshot', { project: data.projectId, dataset: id, body: upload });
              void queries.invalidateQueries();
            }}
          >
            {(error) => (
              <Field label="Files" error={faultOf(error, 'files')}>
                <input name="files" type="file" multiple required />
              </Field>
            )}
          </FormDialog>
        </>
      )}
    </Loaded>
  );
}

function Files({ snapshot }: { snapshot: string }) {
  const files = useCall('listSnapshotFiles', { snapshot });
  return (
    <section className="card">
      <h2>Files</h2>
      <Loaded query={files}>
        {(data) => (
          <Table
            label="Files"
            rows={data.items.slice(0, 500).map((file) => ({ ...file, id: file.path }))}
            columns={[
              {
                title: 'Path',
                cell: (file) => (
                  <a href={`/api/v1/snapshots/${snapshot}/content?path=${encodeURIComponent(file.path)}`}>{file.path}</a>
                ),
              },
              { title: 'Size', cell: (file) => bytes(file.sizeBytes), numeric: true },
              { title: 'SHA-256', cell: (file) => <span className="mono">{file.sha256.slice(0, 16)}</span> },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
}
