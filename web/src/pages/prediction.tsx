import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useCall } from '../api.ts';
import { Button, CodeBlock, Loaded, PageHead, Panel, Short, Table, Time } from '../ui/kit.tsx';
import { versionPath } from './models/addresses.ts';
import { useWorkReason } from './project-link.tsx';
import { Reproductions } from './provenance/reproductions.tsx';
import { Missing, SourcePath, Step } from './provenance/source-path.tsx';

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
  const cannotWrite = useWorkReason(prediction.projectId);
  const version = source.data?.modelVersion;
  const failed = prediction.status >= 400;
  return (
    <>
      <PageHead
        title="Prediction"
        about={
          <span className="facts-line">
            <span className={`status ${failed ? 'bad' : 'ok'}`}>
              <i aria-hidden="true">{failed ? '✕' : '✓'}</i>
              {failed ? `failed with ${prediction.status}` : 'answered'}
            </span>
            <Time at={prediction.at} />
            <span className="tabular">in {prediction.latencyMilliseconds.toLocaleString('en')} ms</span>
            <span>
              for {prediction.consumer.name ?? prediction.consumer.id} <span className="faint">({prediction.consumer.kind})</span>
            </span>
            {version && (
              <Link to={versionPath(version.projectSlug, version.name, version.number) as '/'}>
                {version.name} version {version.number}
              </Link>
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
            <Answered source={data} />
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

/** Last steps of the way: the deployment that answered, and the answer. */
function Answered({ source }: { source: Source }) {
  const { deployment, prediction, modelVersion } = source;
  return (
    <>
      {deployment ? (
        <Step icon="open" kind="Deployment">
          <span>
            {modelVersion ? (
              <Link to={`/projects/${modelVersion.projectSlug}/deployments/${deployment.name}` as '/'}>{deployment.name}</Link>
            ) : (
              deployment.name
            )}{' '}
            <span className="faint">
              {deployment.channel}
              {deployment.revisionNumber !== null && `, revision ${deployment.revisionNumber}`}
            </span>
          </span>
        </Step>
      ) : (
        <Missing
          icon="open"
          kind="Deployment"
          reason={source.missing.find((one) => one.field === 'deployment')?.reason ?? 'The deployment is not on record any more.'}
        />
      )}
      <Step icon="chart" kind="Prediction" who={`for ${prediction.consumer.name}`} at={prediction.at}>
        <span>
          this answer{' '}
          <span className="faint">
            {prediction.row === null
              ? `${prediction.rowCount} ${prediction.rowCount === 1 ? 'row' : 'rows'}`
              : `row ${prediction.row}, one of ${prediction.rowCount}, counted from 0`}
          </span>
        </span>
      </Step>
    </>
  );
}

function Rows({ prediction }: { prediction: PredictionData }) {
  const { rows } = prediction;
  const [all, setAll] = useState(false);
  const columns = prediction.columns.slice(0, mostColumns);
  const named = columns.length > 0 && rows.every((row) => typeof row.input === 'object' && row.input !== null);
  return (
    <Panel title="Rows" aside={<span className="faint">{prediction.rowCount.toLocaleString('en')}</span>}>
      {rows.length === 0 && <p className="faint">It holds no rows: {prediction.error ?? 'nothing was asked'}.</p>}
      {rows.length > 0 && (
        <Table
          label="Inputs and outputs"
          rows={rows.slice(0, all ? mostRows : fewRows)}
          columns={[
            { title: 'Row', cell: (row) => <Link to={`/predictions/${row.id}` as '/'}>{row.id.split('.').at(-1)}</Link> },
            { title: 'Answer', cell: (row) => <strong>{say(row.output)}</strong> },
            ...(named
              ? columns.map((name, index) => ({
                  title: name,
                  cell: (row: (typeof rows)[number]) => say(cellOf(row.input, name, index)),
                }))
              : [{ title: 'Input', cell: (row: (typeof rows)[number]) => say(row.input) }]),
          ]}
        />
      )}
      {rows.length > fewRows && !all && <Button onClick={() => setAll(true)}>Show {Math.min(rows.length, mostRows)} rows</Button>}
      {all && rows.length > mostRows && <p className="caption">and {(rows.length - mostRows).toLocaleString('en')} more rows</p>}
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
