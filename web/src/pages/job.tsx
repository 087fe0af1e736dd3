import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useCall } from '../api.ts';
import { bytes, duration, money } from '../ui/format.ts';
import { CodeBlock, Loaded, PageHead, Problem, StatusMark, Time } from '../ui/kit.tsx';
import { LogViewer } from '../ui/log-viewer.tsx';

export function Job() {
  const { job: id } = useParams({ strict: false }) as { job: string };
  const navigate = useNavigate();
  const job = useCall('getJob', { job: id });
  const [error, setError] = useState<unknown>(null);
  return (
    <Loaded query={job}>
      {(data) => {
        const over = data.finishedAt !== null;
        const phases: [string, string | null, string | null][] = [
          ['Queued', data.createdAt, data.startingAt ?? data.finishedAt],
          ['Prepared', data.startingAt, data.startedAt ?? data.finishedAt],
          ['Ran', data.startedAt, data.finishedAt],
        ];
        return (
          <>
            <PageHead
              title={data.name}
              about={
                <>
                  <StatusMark state={data.state} /> {data.stateReason && <span>· {data.stateReason}</span>}
                </>
              }
              code={{ path: `/jobs/${id}`, cli: `npx plinth job show ${id}\nnpx plinth logs ${id} -f` }}
            >
              <button
                type="button"
                disabled={over}
                title={over ? 'It has ended already' : 'End it with all its processes'}
                onClick={() => void call('cancelJob', { job: id }).then(() => job.refetch(), setError)}
              >
                Cancel
              </button>
              <button
                type="button"
                className="primary"
                onClick={() =>
                  void call('rerunJob', { job: id }).then((next) => navigate({ to: `/jobs/${next.id}` as '/' }), setError)
                }
              >
                Run again
              </button>
            </PageHead>
            {error !== null && <Problem error={error} />}
            <div className="tiles">
              {phases.map(([name, from, to]) => (
                <div key={name} className="card">
                  <div className="soft">{name}</div>
                  <div className="key">{duration(from, to)}</div>
                </div>
              ))}
              <div className="card">
                <div className="soft">Cost{over ? '' : ' so far'}</div>
                <div className="key">{money(data.cost)}</div>
              </div>
            </div>
            <LogViewer path={`/api/v1/jobs/${id}/logs`} />
            <div className="columns">
              <section className="card">
                <h2>What it was given</h2>
                <dl className="facts">
                  <dt>Command</dt>
                  <dd>
                    <CodeBlock>{Array.isArray(data.command) ? data.command.join(' ') : data.command}</CodeBlock>
                  </dd>
                  <dt>Commit</dt>
                  <dd className="mono">{data.commit ?? 'none: the repository was empty'}</dd>
                  <dt>Patch</dt>
                  <dd className="mono">{data.patchSha256 ?? 'none'}</dd>
                  <dt>Environment</dt>
                  <dd>
                    {data.environment}{' '}
                    {data.environmentDigest && <span className="mono faint">{data.environmentDigest.slice(0, 12)}</span>}
                  </dd>
                  <dt>Inputs</dt>
                  <dd>
                    {data.inputs.length === 0
                      ? 'none'
                      : data.inputs.map((input) => (
                          <div key={input.name}>
                            {input.name}: <Link to={`/datasets/${input.datasetId}` as '/'}>{input.snapshotId}</Link>
                          </div>
                        ))}
                  </dd>
                </dl>
              </section>
              <section className="card">
                <h2>How it ran</h2>
                <dl className="facts">
                  <dt>Runs</dt>
                  <dd>
                    {data.runIds.length === 0
                      ? 'none logged'
                      : data.runIds.map((run) => (
                          <div key={run}>
                            <Link to={`/runs/${run}` as '/'}>{run}</Link>
                          </div>
                        ))}
                  </dd>
                  <dt>Exit code</dt>
                  <dd>{data.exitCode ?? '–'}</dd>
                  <dt>Tier</dt>
                  <dd>
                    {data.hardwareTier}, {data.pricePerHour} {data.cost.currency}/h
                  </dd>
                  <dt>Isolation</dt>
                  <dd>{data.isolation ?? '–'}</dd>
                  <dt>Processor time</dt>
                  <dd>{data.usage.cpuSeconds === undefined ? '–' : `${data.usage.cpuSeconds.toFixed(2)} s`}</dd>
                  <dt>Peak memory</dt>
                  <dd>{bytes(data.usage.peakMemoryBytes)}</dd>
                  <dt>Attempt</dt>
                  <dd>{data.attempt}</dd>
                  <dt>By</dt>
                  <dd>
                    {data.createdByName}, <Time at={data.createdAt} />
                  </dd>
                </dl>
              </section>
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
