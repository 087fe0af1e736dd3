import { ApiProblem } from '@plinth/sdk';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../api.ts';
import { Button, IconButton, Popover } from '../../ui/kit.tsx';

const examples: [filter: string, says: string][] = [
  ['metrics.test_roc_auc > 0.98', 'better than a value'],
  ["params.model = 'random-forest' and metrics.validation_loss < 0.2", 'both must hold'],
  ["attributes.status = 'FAILED'", 'that failed'],
  ["tags.team LIKE 'risk%'", 'with a tag that begins so'],
];

/** The filter grammar of the MLflow clients. A fault is said below the box, with the place marked, and the rows stay as they were. */
export function FilterBox({
  project,
  filter,
  onFilter,
}: {
  project: string;
  filter: string;
  onFilter: (filter: string) => void;
}) {
  const [text, setText] = useState(filter);
  const [fault, setFault] = useState<{ text: string; detail: string } | null>(null);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => setText(filter), [filter]);
  const submit = async (wanted: string): Promise<void> => {
    setFault(null);
    try {
      if (wanted) await call('listRuns', { project, filter: wanted, limit: 1, keys: '' });
      onFilter(wanted);
    } catch (error) {
      const detail = error instanceof ApiProblem ? (error.errors[0]?.detail ?? error.message) : (error as Error).message;
      setFault({ text: wanted, detail });
    }
  };
  return (
    <form
      className="filter-box"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(text.trim());
      }}
    >
      <div className="filter-line">
        <input
          ref={box}
          aria-label="Filter"
          aria-invalid={fault !== null}
          aria-describedby={fault ? 'filter-fault' : undefined}
          className="mono"
          placeholder="metrics.auc > 0.9 and params.depth = '3'"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
        {text !== '' && (
          <IconButton
            icon="close"
            label="Clear the filter"
            onClick={() => {
              setText('');
              void submit('');
              box.current?.focus();
            }}
          />
        )}
        <Button submit icon="filter">
          Filter
        </Button>
        <Popover label={<span className="unseen">Examples of filters</span>} tone="quiet">
          {(close) => (
            <div className="menu">
              {examples.map(([example, says]) => (
                <button
                  key={example}
                  type="button"
                  className="quiet example"
                  onClick={() => {
                    close();
                    setText(example);
                    box.current?.focus();
                  }}
                >
                  <span className="mono">{example}</span>
                  <span className="caption">{says}</span>
                </button>
              ))}
            </div>
          )}
        </Popover>
      </div>
      {fault && (
        <div className="filter-fault" id="filter-fault" role="alert">
          <Marked text={fault.text} detail={fault.detail} />
          <span>{fault.detail}</span>
        </div>
      )}
    </form>
  );
}

/** The filter with the place marked at which the server stumbled. */
function Marked({ text, detail }: { text: string; detail: string }) {
  const place = /at character (\d+)/.exec(detail)?.[1];
  const at = place === undefined ? text.length : Math.min(text.length, Number(place) - 1);
  const length = /^(?:[\w.-]+|[^\s\w]+)/.exec(text.slice(at))?.[0].length ?? 0;
  return (
    <code>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + length) || ' '}</mark>
      {text.slice(at + length)}
    </code>
  );
}
