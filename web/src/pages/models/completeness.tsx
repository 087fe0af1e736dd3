import type { Output } from '@plinth/sdk';
import { Icon, Panel } from '../../ui/kit.tsx';

/** How a fact comes onto the record; nobody writes a card by hand. */
const ways: Record<string, string> = {
  'Intended use': 'write it on the page of the model',
  Owner: 'give the model an owner',
  Signature: 'log the model with an input example or a signature',
  Flavours: 'log it by one of MLflow’s flavours',
  Metrics: 'log metrics in the run that makes the model',
  Parameters: 'log parameters in that run',
  'Training data': 'give the job a snapshot of a dataset as input',
  Code: 'run it as a job on a commit of the project',
  Environment: 'run it in an environment of the project',
  People: 'register it as a person',
  Approvals: 'ask for approval',
};

/** How much of the card is on record, and how to record what is not. */
export function Completeness({
  card,
  besides = [],
}: {
  card: Pick<Output<'getModelCard'>, 'completeness'>;
  /** Facts that are not asked for here: before a decision there is none. */
  besides?: readonly string[];
}) {
  const missing = card.completeness.missing.filter((title) => !besides.includes(title));
  const { recorded } = card.completeness;
  const total = recorded + missing.length;
  return (
    <Panel title="On record">
      <p className="score">
        <span className="key">
          {recorded} of {total}
        </span>
        <span className="goal-bar" aria-hidden="true">
          <i style={{ width: `${(100 * recorded) / total}%` }} />
        </span>
        <span className="soft">{missing.length === 0 ? 'Every fact of the card is recorded.' : 'facts of the card'}</span>
      </p>
      {missing.length > 0 && (
        <ul className="feed" aria-label="Not recorded">
          {missing.map((title) => (
            <li key={title}>
              <span>
                <Icon name="question" /> <strong>{title}:</strong>{' '}
                <span className="soft">not recorded. To have it here, {ways[title] ?? 'log it with the run'}.</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
