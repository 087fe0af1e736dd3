import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useMoving } from '../api.ts';
import { delta } from '../ui/format.ts';
import { Empty, Loaded, PageHead, Panel, Short, StatusMark, Table, Time } from '../ui/kit.tsx';
import { SubjectLink } from './provenance/subject-link.tsx';
import { sayVerdict } from './provenance/verdict.ts';

type ReproductionData = Output<'getReproduction'>;

const tones: Record<string, string> = { verified: 'ok', tolerated: 'ok', diverged: 'bad', impossible: 'warn' };

/** How it came out to make something again: the verdict, what was compared, every difference, and what was left out of the comparison. */
export function Reproduction() {
  const { reproduction: id } = useParams({ strict: false }) as { reproduction: string };
  const reproduction = useMoving('getReproduction', { reproduction: id }, (data) => data.state !== 'finished');
  return (
    <Loaded query={reproduction} rows={8}>
      {(data) => <ReproductionPage reproduction={data} />}
    </Loaded>
  );
}

function ReproductionPage({ reproduction }: { reproduction: ReproductionData }) {
  const { compared, verdict } = reproduction;
  return (
    <>
      <PageHead
        title="Reproduction"
        about={
          <span className="facts-line">
            <SubjectLink subject={reproduction.subject} version={reproduction.modelVersion} />
            <span>
              by {reproduction.createdByName}, <Time at={reproduction.createdAt} />
            </span>
            {reproduction.jobId && (
              <span>
                of job <Link to={`/jobs/${reproduction.jobId}` as '/'}>as it first ran</Link>
              </span>
            )}
            {reproduction.newJobId && <Link to={`/jobs/${reproduction.newJobId}` as '/'}>the job that ran it again</Link>}
          </span>
        }
        code={{ path: `/reproductions/${reproduction.id}`, cli: `npx plinth reproduction show ${reproduction.id}` }}
      />
      <section className={`notice verdict ${verdict ? tones[verdict] : ''}`} aria-label="Verdict" aria-live="polite">
        <StatusMark state={verdict ?? reproduction.state} />
        <span>{sayVerdict(reproduction)}</span>
      </section>
      {compared && <Compared compared={compared} />}
      {verdict && verdict !== 'impossible' && <Differences reproduction={reproduction} />}
      {compared && compared.excluded.length > 0 && (
        <Panel title="Not compared">
          <p className="soft">These differ from run to run by nature.</p>
          <ul className="plain">
            {compared.excluded.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const parts = ['runs', 'parameters', 'metrics', 'points', 'files', 'models', 'predictions'] as const;
const titles: Partial<Record<(typeof parts)[number], string>> = { points: 'values of metrics', predictions: 'predicted rows' };

function Compared({ compared }: { compared: NonNullable<ReproductionData['compared']> }) {
  return (
    <section className="numbers" aria-label="What was compared">
      {parts.map((part) => (
        <div key={part} className="number-tile">
          <span className="soft">{titles[part] ?? part}</span>
          <span className="key">{compared[part].toLocaleString('en')}</span>
        </div>
      ))}
    </section>
  );
}

function Differences({ reproduction }: { reproduction: ReproductionData }) {
  const rows = reproduction.differences.map((one, index) => ({ ...one, id: String(index) }));
  return (
    <Panel title="Differences" aside={<span className="faint">{rows.length}</span>}>
      {rows.length === 0 ? (
        <Empty icon="check" title="None: what was made again is the same." />
      ) : (
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
      )}
    </Panel>
  );
}

/** What can be shown whole; digests and long texts are cut. */
const longest = 24;

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="faint">was not there</span>;
  return text.length > longest ? <Short value={text} what="the value" length={longest} /> : <span className="mono">{text}</span>;
}
