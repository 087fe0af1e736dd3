import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client, useCall } from '../api.ts';
import { bytes, duration, number } from '../ui/format.ts';
import { CodeBlock, Loaded, PageHead, StatusMark, Table, Time } from '../ui/kit.tsx';
import { LineChart } from '../ui/line-chart.tsx';

export function Run() {
  const { run: id } = useParams({ strict: false }) as { run: string };
  const run = useCall('getRun', { run: id });
  return (
    <Loaded query={run}>
      {(data) => {
        const from = data.provenance;
        const series = data.metrics.filter((metric) => metric.count > 2);
        return (
          <>
            <PageHead
              title={data.name}
              about={
                <>
                  <StatusMark state={data.status} /> · <Time at={data.startedAt} /> · took{' '}
                  {duration(data.startedAt, data.endedAt)} · {data.userId}
                </>
              }
              code={{ path: `/runs/${id}`, cli: `npx plinth api GET /runs/${id}` }}
            />
            <section className="card" aria-label="Where it came from">
              <h2>Where it came from</h2>
              {from.origin === 'outside' && (
                <p>
                  <StatusMark state="outside" /> Logged from outside Plinth: {from.missing.join(', ')} could not be recorded. Run
                  it as a job and they are.
                </p>
              )}
              <dl className="facts">
                <dt>Job</dt>
                <dd>{from.jobId ? <Link to={`/jobs/${from.jobId}` as '/'}>{from.jobId}</Link> : 'not recorded'}</dd>
                <dt>Commit</dt>
                <dd className="mono">{from.commit ?? 'not recorded'}</dd>
                <dt>Patch</dt>
                <dd className="mono">{from.patchSha256 ?? 'none'}</dd>
                <dt>Environment</dt>
                <dd className="mono">{from.environmentDigest ?? 'not recorded'}</dd>
                <dt>Data</dt>
                <dd>
                  {from.snapshots.length === 0
                    ? 'no snapshot'
                    : from.snapshots.map((one) => (
                        <div key={one.name}>
                          {one.name}: <Link to={`/datasets/${one.datasetId}` as '/'}>{one.snapshotId}</Link>
                        </div>
                      ))}
                </dd>
                {data.datasets.length > 0 && (
                  <>
                    <dt>Logged inputs</dt>
                    <dd>{data.datasets.map((dataset) => `${dataset.name} (${dataset.digest})`).join(', ')}</dd>
                  </>
                )}
                {data.models.length > 0 && (
                  <>
                    <dt>Models</dt>
                    <dd>{data.models.map((model) => `${model.name}, ${model.status}`).join('; ')}</dd>
                  </>
                )}
              </dl>
            </section>
            <div className="columns" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(380px, 100%), 1fr))' }}>
              {series.map((metric) => (
                <History key={metric.key} run={id} metric={metric.key} count={metric.count} />
              ))}
            </div>
            <div className="columns" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(340px, 100%), 1fr))' }}>
              <section className="card">
                <h2>Metrics</h2>
                <Table
                  label="Metrics"
                  rows={data.metrics.map((metric) => ({ ...metric, id: metric.key }))}
                  columns={[
                    { title: 'Metric', cell: (metric) => metric.key },
                    { title: 'Newest', cell: (metric) => number(metric.value), numeric: true },
                    { title: 'Step', cell: (metric) => metric.step, numeric: true },
                  ]}
                />
              </section>
              <section className="card">
                <h2>Parameters</h2>
                <Table
                  label="Parameters"
                  rows={data.params.map((param) => ({ ...param, id: param.key }))}
                  columns={[
                    { title: 'Parameter', cell: (param) => param.key },
                    { title: 'Value', cell: (param) => <span className="mono">{param.value}</span> },
                  ]}
                />
              </section>
            </div>
            <Artifacts run={id} />
            <section className="card">
              <h2>Tags</h2>
              <div className="chips">
                {data.tags.length === 0 && <span className="faint">none</span>}
                {data.tags.map((tag) => (
                  <span key={tag.key} className="chip" title={tag.value}>
                    {tag.key}: {tag.value.slice(0, 60)}
                  </span>
                ))}
              </div>
            </section>
          </>
        );
      }}
    </Loaded>
  );
}

function History({ run, metric, count }: { run: string; metric: string; count: number }) {
  const history = useCall('getMetricHistory', { run, key: metric, points: 1000 });
  return (
    <Loaded query={history}>
      {(data) => <LineChart title={metric} points={data.points} total={Math.max(data.total, count)} />}
    </Loaded>
  );
}

/** Files of a run; small texts and images are shown here, everything can be downloaded. */
function Artifacts({ run }: { run: string }) {
  const [folder, setFolder] = useState('');
  const [file, setFile] = useState<{ path: string; sizeBytes: number } | null>(null);
  const list = useCall('listArtifacts', { run, ...(folder ? { path: folder } : {}) });
  const link = (path: string): string => `/api/v1/runs/${run}/artifact?path=${encodeURIComponent(path)}`;
  return (
    <section className="card">
      <h2>Artifacts</h2>
      <Loaded query={list}>
        {(data) => (
          <div className="columns" style={{ gridTemplateColumns: 'minmax(220px, 1fr) minmax(0, 2fr)' }}>
            <div className="stack">
              {folder && (
                <button type="button" className="quiet" onClick={() => setFolder(folder.split('/').slice(0, -1).join('/'))}>
                  ← {folder}
                </button>
              )}
              {data.items.length === 0 && <span className="faint">No files.</span>}
              {data.items.map((entry) => (
                <div key={entry.path} className="row" style={{ justifyContent: 'space-between', flexWrap: 'nowrap' }}>
                  <button
                    type="button"
                    className="quiet"
                    onClick={() =>
                      entry.isFolder ? setFolder(entry.path) : setFile({ path: entry.path, sizeBytes: entry.sizeBytes ?? 0 })
                    }
                  >
                    {entry.isFolder ? '▸ ' : ''}
                    {entry.path.split('/').at(-1)}
                  </button>
                  {!entry.isFolder && <a href={link(entry.path)}>{bytes(entry.sizeBytes)}</a>}
                </div>
              ))}
            </div>
            {file ? (
              <Preview key={file.path} url={link(file.path)} path={file.path} sizeBytes={file.sizeBytes} />
            ) : (
              <span className="faint">Choose a file to see it.</span>
            )}
          </div>
        )}
      </Loaded>
    </section>
  );
}

const largestPreviewBytes = 2_000_000;

function Preview({ url, path, sizeBytes }: { url: string; path: string; sizeBytes: number }) {
  const [shown, setShown] = useState<{ image?: string; text?: string; none?: string } | null>(null);
  useEffect(() => {
    if (sizeBytes > largestPreviewBytes) return setShown({ none: 'Too large to show here; download it.' });
    let image: string | undefined;
    const load = async (): Promise<void> => {
      const response = await client.fetch(url);
      if (/\.(png|jpe?g|gif|webp)$/i.test(path)) {
        image = URL.createObjectURL(
          new Blob([await response.arrayBuffer()], {
            type: `image/${path.split('.').at(-1)!.toLowerCase().replace('jpg', 'jpeg')}`,
          }),
        );
        return setShown({ image });
      }
      const text = await response.text();
      if (text.includes('\u0000') || text.includes('\ufffd')) return setShown({ none: 'Not text; download it.' });
      setShown({ text: path.endsWith('.json') ? pretty(text) : text });
    };
    load().catch((error: Error) => setShown({ none: error.message }));
    return () => {
      if (image) URL.revokeObjectURL(image);
    };
  }, [url, path, sizeBytes]);
  if (!shown) return <span className="faint">Loading…</span>;
  if (shown.image) return <img src={shown.image} alt={path} style={{ maxWidth: '100%', background: '#fff', borderRadius: 4 }} />;
  return shown.text === undefined ? <span className="faint">{shown.none}</span> : <CodeBlock>{shown.text}</CodeBlock>;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
