import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCallIf, useMoving } from '../api.ts';
import { delta, duration, number } from '../ui/format.ts';
import { Loaded, PageHead, Panel, Short, Table, Time } from '../ui/kit.tsx';
import { type Outcome, outcomesOf, type ProofStep, type StepState, stepsOf } from './provenance/proof.ts';
import { SourcePath } from './provenance/source-path.tsx';
import { SubjectLink } from './provenance/subject-link.tsx';
import { sayVerdict, titleOf } from './provenance/verdict.ts';

type ReproductionData = Output<'getReproduction'>;

const tones: Record<string, string> = { verified: 'ok', tolerated: 'ok', diverged: 'bad', impossible: 'warn' };
const marks: Record<string, string> = { verified: '✓', tolerated: '✓', diverged: '✕', impossible: '▲' };

/** How it came out to make something again: the verdict, how it was come to, what was compared, every difference, and what was left out. */
export function Reproduction() {
  const { reproduction: id } = useParams({ strict: false }) as { reproduction: string };
  const reproduction = useMoving('getReproduction', { reproduction: id }, (data) => data.state !== 'finished');
  return (
    <Loaded query={reproduction} rows={8}>
      {(data) => <ReproductionPage reproduction={data} />}
    </Loaded>
  );
}

function ReproductionPage({ reproduction: one }: { reproduction: ReproductionData }) {
  const { compared, verdict, modelVersion: version } = one;
  const at = { project: version?.projectSlug ?? '', name: version?.name ?? '', version: String(version?.number ?? '') };
  const prediction = one.subject.startsWith('prediction:') ? one.subject.slice('prediction:'.length) : '';
  const ofVersion = useCallIf(version !== null, 'getVersionProvenance', at);
  const ofPrediction = useCallIf(prediction !== '', 'getPredictionProvenance', { prediction });
  const source = ofVersion.data ?? ofPrediction.data;
  return (
    <>
      <PageHead
        title="Reproduction"
        about={
          <span className="facts-line">
            <SubjectLink subject={one.subject} version={version} />
            <span>
              asked by {one.createdByName}, <Time at={one.createdAt} />
            </span>
          </span>
        }
        code={{ path: `/reproductions/${one.id}`, cli: `npx plinth reproduction show ${one.id}` }}
      />
      <section className={`verdict ${verdict ? tones[verdict] : 'run'}`} aria-label="Verdict" aria-live="polite">
        <span className="verdict-mark" aria-hidden="true">
          {verdict ? marks[verdict] : '◐'}
        </span>
        <span>
          <strong>{titleOf(one)}</strong>
          <span>{sayVerdict(one)}</span>
          {one.finishedAt && (
            <span className="caption">
              <Time at={one.finishedAt} />, in {duration(one.createdAt, one.finishedAt)}
            </span>
          )}
        </span>
      </section>
      <Steps reproduction={one} />
      {compared && <Compared compared={compared} differences={one.differences} />}
      {one.differences.length > 0 && <Differences reproduction={one} />}
      {compared && compared.excluded.length > 0 && (
        <Panel title="Not compared">
          <p className="soft">These differ from run to run by nature.</p>
          <ul className="plain">
            {compared.excluded.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Panel>
      )}
      {source && <SourcePath source={source} />}
    </>
  );
}

const stepMarks: Record<StepState, [mark: string, tone: string, word: string]> = {
  done: ['✓', 'ok', 'done'],
  failed: ['✕', 'bad', 'failed'],
  running: ['◐', 'run', 'running'],
  waiting: ['○', 'wait', 'waiting'],
  skipped: ['∅', 'none', 'not done'],
};

/** How the verdict is come to, for those who have to trust it. */
function Steps({ reproduction: one }: { reproduction: ReproductionData }) {
  return (
    <ol className="proof" aria-label="How it was made again">
      {stepsOf(one).map((step) => {
        const [mark, tone, word] = stepMarks[step.state];
        return (
          <li key={step.name} className="card">
            <span className={`status ${tone}`}>
              <i aria-hidden="true">{mark}</i>
              {word}
            </span>
            <strong>{stepTitles[step.name]}</strong>
            <span className="soft">{sayStep(step, one)}</span>
          </li>
        );
      })}
    </ol>
  );
}

const stepTitles: Record<ProofStep['name'], string> = {
  sources: 'Sources checked',
  rebuild: 'The job run again',
  compare: 'Results compared',
  score: 'Answers given again',
};

function sayStep({ name, state }: ProofStep, one: ReproductionData): ReactNode {
  if (name === 'sources') return 'Record, code, environment, data and results, each byte against its digest';
  if (name === 'rebuild')
    return (
      <>
        In a clean place: {one.jobId ? <Link to={`/jobs/${one.jobId}` as '/'}>the first</Link> : 'the first'}
        {one.newJobId && (
          <>
            , <Link to={`/jobs/${one.newJobId}` as '/'}>the second</Link>
          </>
        )}
      </>
    );
  if (name === 'compare') return 'Every parameter, metric value and file that both recorded';
  const rows = one.compared?.predictions ?? 0;
  if (state === 'skipped') return 'No stored answer was asked again';
  return rows > 0 ? `The rebuilt model on ${number(rows)} stored rows` : 'The rebuilt model on stored requests';
}

const parts: Record<Outcome['id'], string> = {
  runs: 'Runs',
  parameters: 'Parameters',
  metrics: 'Metrics',
  files: 'Files',
  predictions: 'Predicted rows',
};

function Compared({
  compared,
  differences,
}: {
  compared: NonNullable<ReproductionData['compared']>;
  differences: ReproductionData['differences'];
}) {
  const more: Partial<Record<Outcome['id'], string>> = {
    metrics: `${number(compared.points)} values over all steps`,
    files: `${number(compared.models)} ${compared.models === 1 ? 'model' : 'models'} among them`,
  };
  return (
    <section className="numbers" aria-label="What was compared">
      {outcomesOf(compared, differences).map((one) => (
        <div key={one.id} className="number-tile">
          <span className="soft">{parts[one.id]}</span>
          <span className="key">{number(one.count)}</span>
          <Sameness outcome={one} />
          <span className="caption">{more[one.id]}</span>
        </div>
      ))}
    </section>
  );
}

function Sameness({ outcome: { count, tolerated, different } }: { outcome: Outcome }) {
  if (different > 0)
    return (
      <span className="status bad">
        <i aria-hidden="true">✕</i>
        {number(different)} {different === 1 ? 'differs' : 'differ'}
      </span>
    );
  if (tolerated > 0)
    return (
      <span className="status ok">
        <i aria-hidden="true">✓</i>
        {number(tolerated)} within tolerance
      </span>
    );
  if (count === 0) return <span className="faint">none</span>;
  return (
    <span className="status ok">
      <i aria-hidden="true">✓</i>
      {count === 1 ? 'the same' : 'all the same'}
    </span>
  );
}

function Differences({ reproduction }: { reproduction: ReproductionData }) {
  const rows = reproduction.differences.map((one, index) => ({ ...one, id: String(index) }));
  return (
    <Panel title="Differences" aside={<span className="faint">{rows.length}</span>}>
      <Table
        label="Differences"
        rows={rows}
        columns={[
          { title: 'What', cell: (row) => <span className="mono">{row.what}</span> },
          { title: 'Was', cell: (row) => <Value text={row.was} /> },
          { title: 'Is', cell: (row) => <Value text={row.is} /> },
          {
            title: 'Relative',
            numeric: true,
            cell: (row) => (row.relative === null ? <span className="faint">–</span> : delta(row.relative)),
          },
          {
            title: 'Counts as',
            cell: (row) => (
              <span className={`status ${row.tolerated ? 'ok' : 'bad'}`}>
                <i aria-hidden="true">{row.tolerated ? '✓' : '✕'}</i>
                {row.tolerated ? 'within tolerance' : 'different'}
              </span>
            ),
          },
        ]}
      />
    </Panel>
  );
}

/** What can be shown whole; digests and long texts are cut. */
const longest = 24;

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="faint">was not there</span>;
  return text.length > longest ? <Short value={text} what="the value" length={longest} /> : <span className="mono">{text}</span>;
}
