import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { bytes } from '../ui/format.ts';
import { CodeBlock, Empty, Field, FormDialog, faultOf, Loaded, PageHead, StatusMark, Table, Time } from '../ui/kit.tsx';
import { LogViewer } from '../ui/log-viewer.tsx';

export function Environment() {
  const { environment: id } = useParams({ strict: false }) as { environment: string };
  const environment = useCall('getEnvironment', { environment: id });
  const revisions = useCall('listEnvironmentRevisions', { environment: id, limit: 200 });
  const [chosen, setChosen] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const shown = revisions.data?.items.find((revision) => revision.id === chosen) ?? revisions.data?.items[0];
  return (
    <Loaded query={environment}>
      {(data) => (
        <>
          <PageHead
            title={data.name}
            about={data.description || 'An environment: packages locked with hashes, built once for each digest.'}
            code={{ path: `/environments/${id}/revisions`, cli: `npx plinth env show ${id}` }}
          >
            <button type="button" className="primary" onClick={() => setOpen(true)}>
              New revision
            </button>
          </PageHead>
          <Loaded query={revisions}>
            {(list) =>
              list.items.length === 0 ? (
                <Empty title="Nothing built yet." />
              ) : (
                <Table
                  label="Revisions"
                  rows={list.items}
                  open={(revision) => setChosen(revision.id)}
                  columns={[
                    { title: 'Revision', cell: (revision) => revision.number, numeric: true },
                    { title: 'State', cell: (revision) => <StatusMark state={revision.state} /> },
                    { title: 'Python', cell: (revision) => revision.python ?? '–' },
                    { title: 'Digest', cell: (revision) => <span className="mono">{revision.digest?.slice(0, 12) ?? '–'}</span> },
                    { title: 'Size', cell: (revision) => bytes(revision.sizeBytes), numeric: true },
                    {
                      title: 'Built in',
                      cell: (revision) =>
                        revision.buildSeconds === null
                          ? '–'
                          : `${revision.buildSeconds.toFixed(1)} s${revision.reused ? ', reused' : ''}`,
                      numeric: true,
                    },
                    { title: 'Made', cell: (revision) => <Time at={revision.createdAt} /> },
                  ]}
                />
              )
            }
          </Loaded>
          {shown && (
            <>
              <section className="card">
                <h2>Revision {shown.number}</h2>
                {shown.stateReason && <p>{shown.stateReason}</p>}
                <div className="chips">
                  {shown.packages.map((line) => (
                    <span key={line} className="chip mono">
                      {line}
                    </span>
                  ))}
                </div>
              </section>
              {shown.workloadId && <LogViewer path={`/api/v1/workloads/${shown.workloadId}/logs`} />}
              {shown.lock && (
                <details>
                  <summary>Lock file with hashes</summary>
                  <CodeBlock>{shown.lock}</CodeBlock>
                </details>
              )}
            </>
          )}
          <FormDialog
            title="New revision"
            action="Build"
            open={open}
            close={() => setOpen(false)}
            submit={async (form) => {
              const packages = String(form.get('packages'))
                .split('\n')
                .map((line) => line.trim())
                .filter(Boolean);
              await call('buildEnvironmentRevision', { environment: id, body: { packages } });
              void queries.invalidateQueries();
            }}
          >
            {(error) => (
              <Field label="Packages, one a line" error={faultOf(error, 'packages')}>
                <textarea name="packages" className="mono" rows={8} required defaultValue={shown?.packages.join('\n')} />
              </Field>
            )}
          </FormDialog>
        </>
      )}
    </Loaded>
  );
}
