import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useMoving } from '../api.ts';
import { number } from '../ui/format.ts';
import { Empty, Loaded, PageHead, Panel, StatusMark, Time } from '../ui/kit.tsx';
import { Paged } from '../ui/paged.tsx';
import { usePages } from '../ui/pages.ts';
import { AlertCards } from './alerts/alert-cards.tsx';
import { budgetText } from './alerts/words.ts';
import { partsOf, sayVersion, versionPath } from './models/addresses.ts';
import { ChangeBudget } from './monitors/change-budget.tsx';
import { ChooseReference } from './monitors/choose-reference.tsx';
import { Quality } from './monitors/quality.tsx';
import { ReferenceLink } from './monitors/reference.tsx';
import { Service } from './monitors/service.tsx';
import { Signals } from './monitors/signals.tsx';

type MonitorData = Output<'getMonitor'>;

/** Rows that are seen are no event: it is asked for as long as somebody looks. */
const pace = 5_000;

/** What one monitor compares, and what it found: distributions, evidence, quality, service. */
export function Monitor() {
  const { monitor: id } = useParams({ strict: false }) as { monitor: string };
  const monitor = useMoving('getMonitor', { monitor: id }, () => pace);
  return (
    <Loaded query={monitor} rows={8}>
      {(data) => <MonitorPage monitor={data} />}
    </Loaded>
  );
}

function MonitorPage({ monitor: one }: { monitor: MonitorData }) {
  const { reference, learning } = one;
  return (
    <>
      <PageHead
        title={`${one.deploymentName}, ${one.channel}`}
        about={
          <span className="facts-line">
            <StatusMark state={one.state} />
            {one.versionName && (
              <Link to={versionPath(one.projectSlug, partsOf(one.versionName).name, partsOf(one.versionName).number) as '/'}>
                {sayVersion(one.versionName)}
              </Link>
            )}
            <span>
              {number(one.rowCount)} {one.rowCount === 1 ? 'row' : 'rows'} seen
              {one.lastRowAt && (
                <>
                  , the last <Time at={one.lastRowAt} />
                </>
              )}
            </span>
          </span>
        }
        code={{ path: `/monitors/${one.id}`, cli: `npx plinth monitor show ${one.id}` }}
      />
      {one.stateReason && (
        <p className="notice warn">
          <span>{one.stateReason}</span>
        </p>
      )}
      {one.alerts.length > 0 && <AlertCards alerts={one.alerts} label="Open alerts" />}
      <Panel title="Data and answers" aside={<ChooseReference monitor={one} />}>
        <p className="soft">
          The newest rows against <ReferenceLink reference={reference} />
          {reference.rowCount > 0 && ` (${number(reference.rowCount)} rows)`}.
          {one.state === 'learning' &&
            ` ${number(learning.rowCount)} of ${number(learning.neededRows)} rows from which it learns are there.`}
        </p>
        {one.signals.length === 0 ? (
          <Empty icon="activity" title="Nothing to compare yet. The first rows bring it." />
        ) : (
          <Signals monitor={one} />
        )}
      </Panel>
      <Quality quality={one.quality} deployment={one.deploymentName} />
      <Service monitor={one} />
      <div className="halves">
        <History monitor={one.id} />
        <Panel title="False-alarm budget" aside={<ChangeBudget monitor={one} />}>
          <p>
            <strong>{sentence(budgetText(one.falseAlarmDays))}</strong>, however many features there are and however often one
            looks.
          </p>
          <p className="soft">
            Features have 70 % of it, answers and quality 10 % each, errors and latency 5 % each. An alert needs both: evidence
            beyond the budget, and a change that is large enough to matter.
          </p>
        </Panel>
      </div>
    </>
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Every alert that it ever raised. */
function History({ monitor }: { monitor: string }) {
  const pages = usePages('listAlerts', { monitor }, { size: 20 });
  return (
    <Panel title="Alerts so far">
      <Paged pages={pages} empty={<Empty icon="check" title="It raised no alert yet." />}>
        {(items) => <AlertCards alerts={items} label="Alerts so far" />}
      </Paged>
    </Panel>
  );
}
