import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useCall } from '../api.ts';
import { number, roundTo } from '../ui/format.ts';
import { Button, CodeBlock, Loaded, PageHead, Panel, Short, StatusMark, Table, Time } from '../ui/kit.tsx';
import { deploymentPath } from './deployments/addresses.ts';
import { versionPath } from './models/addresses.ts';
import { useWorkReason } from './project-link.tsx';
import { Reproductions } from './provenance/reproductions.tsx';
import { SourcePath } from './provenance/source-path.tsx';
import { Missing, Node } from './provenance/stage.tsx';

type PredictionData = Output<'getPrediction'>;
type Source = Output<'getPredictionProvenance'>;

const fewRows = 8;
const mostRows = 100;
const mostColumns = 30;

/** One answered request: what came in, what went out, and the whole way back to the source. */
export function Prediction() {
  const { prediction: id } = useParams({ strict: false }) as { prediction: string };
  const prediction = useCall('getPrediction', { prediction: id });
  return (
    <Loaded query={prediction} rows={8}>
      {(data) => <PredictionPage prediction={data} id={id} />}
    </Loaded>
  );
}

function PredictionPage({ prediction, id }: { prediction: PredictionData; id: string }) {
  const source = useCall('getPredictionProvenance', { prediction: id });
  const verdict = useCall('listReproductions', { subject: `prediction:${prediction.id}`, limit: 1 }).data?.items[0];
  const cannotWrite = useWorkReason(prediction.projectId);
  const version = source.data?.modelVersion;
  const failed = prediction.status >= 400;
  return (
    <>
      <PageHead
        title={titleOf(prediction)}
        about={
          <span className="facts-line">
            <span className={`status ${failed ? 'bad' : 'ok'}`}>
              <i aria-hidden="true">{failed ? '✕' : '✓'}</i>
              {failed ? `failed with ${prediction.status}` : 'answered'}
            </span>
            {verdict && (
              <Link to={`/reproductions/${verdict.id}` as '/'}>
                <StatusMark state={verdict.verdict ?? verdict.state} />
              </Link>
            )}
            <Time at={prediction.at} />
            <span className="tabular">in {number(roundTo(prediction.latencyMilliseconds, 3))} ms</span>
            <span>
              for {prediction.consumer.name ?? prediction.consumer.id} <span className="faint">({prediction.consumer.kind})</span>
            </span>
            {version && (
              <span>
                by{' '}
                <Link to={versionPath(version.projectSlug, version.name, version.number) as '/'}>
                  {version.name} version {version.number}
                </Link>
              </span>
            )}
            <Short value={id} what="id of the prediction" length={16} />
          </span>
        }
        code={{ path: `/predictions/${id}`, cli: `npx plinth reproduce ${id}` }}
      />
      {prediction.error && (
        <p className="notice bad">
          <span>{prediction.error}</span>
        </p>
      )}
      <Loaded query={source} rows={8}>
        {(data) => (
          <SourcePath source={data}>
            <Answered source={data} prediction={prediction} />
          </SourcePath>
        )}
      </Loaded>
      <Rows prediction={prediction} />
      <div className="halves">
        <Reproductions
          subject={`prediction:${prediction.id}`}
          start={() => call('reproducePrediction', { prediction: id })}
          reason={cannotWrite}
          code={`npx plinth reproduce ${id}`}
        />
        <Panel title="As it was sent">
          {prediction.bodyEncoding === 'base64' && <p className="soft">It was no text; here it stands in base64.</p>}
          <h3>Request, {prediction.contentType}</h3>
          <CodeBlock>{prediction.request.slice(0, 20_000)}</CodeBlock>
          <h3>Answer</h3>
          <CodeBlock>{prediction.response.slice(0, 20_000)}</CodeBlock>
        </Panel>
      </div>
    </>
  );
}

/** One row's answer is the title; of many rows one says how many they are. */
const titleOf = ({ rows, rowCount, error }: PredictionData): string =>
  error || rows.length !== 1
    ? `Prediction of ${number(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`
    : `Prediction: ${say(rows[0]!.output).slice(0, 60)}`;

/** Last steps of the way: the deployment that answered, and the answer. */
function Answered({ source, prediction }: { source: Source; prediction: PredictionData }) {
  const { deployment, modelVersion } = source;
  const { row, rowCount } = source.prediction;
  return (
    <>
      {deployment ? (
        <Node
          icon="deployments"
          kind="Deployment"
          title={
            modelVersion ? (
              <Link to={deploymentPath(modelVersion.projectSlug, deployment.name) as '/'}>{deployment.name}</Link>
            ) : (
              deployment.name
            )
          }
        >
          {deployment.channel}
          {deployment.revisionNumber !== null && `, revision ${deployment.revisionNumber}`}
        </Node>
      ) : (
        <Missing
          icon="deployments"
          kind="Deployment"
          reason={source.missing.find((one) => one.field === 'deployment')?.reason ?? 'The deployment is not on record any more.'}
        />
      )}
      <Node
        icon="chart"
        kind="Prediction"
        title={prediction.rows.length === 1 ? say(prediction.rows[0]!.output) : 'this answer'}
        here
      >
        {prediction.rows.length === 1 && 'this answer; '}
        {row === null
          ? `${number(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`
          : `row ${number(row)}, one of ${number(rowCount)}, counted from 0`}
        , for {source.prediction.consumer.name}, <Time at={source.prediction.at} />
      </Node>
    </>
  );
}

function Rows({ prediction }: { prediction: PredictionData }) {
  const { rows } = prediction;
  const [all, setAll] = useState(false);
  const columns = prediction.columns.slice(0, mostColumns);
  const named = columns.length > 0 && rows.every((row) => typeof row.input === 'object' && row.input !== null);
  return (
    <Panel
      title={rows.length === 1 && named ? 'What was asked' : 'Rows'}
      aside={<span className="faint">{number(prediction.rowCount)}</span>}
    >
      {rows.length === 0 && <p className="faint">It holds no rows: {prediction.error ?? 'nothing was asked'}.</p>}
      {rows.length === 1 && named ? (
        <dl className="values">
          {columns.map((name, index) => (
            <div key={name}>
              <dt className="clip" title={name}>
                {name}
              </dt>
              <dd title={say(cellOf(rows[0]!.input, name, index))}>{brief(cellOf(rows[0]!.input, name, index))}</dd>
            </div>
          ))}
        </dl>
      ) : (
        rows.length > 0 && (
          <Table
            label="Inputs and outputs"
            rows={rows.slice(0, all ? mostRows : fewRows)}
            columns={[
              { title: 'Row', cell: (row) => <Link to={`/predictions/${row.id}` as '/'}>{row.id.split('.').at(-1)}</Link> },
              { title: 'Answer', cell: (row) => <strong title={say(row.output)}>{brief(row.output)}</strong> },
              ...(named
                ? columns.map((name, index) => ({
                    title: name,
                    numeric: typeof cellOf(rows[0]!.input, name, index) === 'number',
                    cell: (row: (typeof rows)[number]) => {
                      const value = cellOf(row.input, name, index);
                      return <span title={say(value)}>{brief(value)}</span>;
                    },
                  }))
                : [{ title: 'Input', cell: (row: (typeof rows)[number]) => say(row.input) }]),
            ]}
          />
        )
      )}
      {rows.length > fewRows && !all && (
        <Button className="self-start" onClick={() => setAll(true)}>
          Show {Math.min(rows.length, mostRows)} rows
        </Button>
      )}
      {all && rows.length > mostRows && <p className="caption">and {number(rows.length - mostRows)} more rows</p>}
      {prediction.columns.length > mostColumns && (
        <p className="caption">and {prediction.columns.length - mostColumns} more columns</p>
      )}
    </Panel>
  );
}

const cellOf = (input: unknown, name: string, index: number): unknown =>
  Array.isArray(input) ? input[index] : (input as Record<string, unknown>)[name];

const say = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Numbers in as many digits as one compares; the whole one is on hover. */
const brief = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value) ? number(roundTo(value, 5)) : say(value);
