import type { Output } from '@plinth/sdk';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { queries, useCall } from '../../api.ts';
import { Button, Empty, Loaded, Panel, Problem, StatusMark, Time } from '../../ui/kit.tsx';
import { sayVerdict } from './verdict.ts';

type Reproduction = Output<'listReproductions'>['items'][number];

/** Whether what is shown can be made again, and how that came out; one press begins it. */
export function Reproductions({
  subject,
  start,
  reason,
  code,
}: {
  /** As version:…, job:… or prediction:…. */
  subject: string;
  start: () => Promise<Reproduction>;
  reason: string | null;
  code: string;
}) {
  const navigate = useNavigate();
  const found = useCall('listReproductions', { subject, limit: 5 });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const begin = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const begun = await start();
      void queries.invalidateQueries();
      await navigate({ to: `/reproductions/${begun.id}` as '/' });
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  const button = (
    <Button
      icon="retry"
      reason={reason}
      disabled={busy}
      tip="Runs it again in a clean place from the same code, environment and data, and compares"
      onClick={() => void begin()}
    >
      {busy ? 'Starting…' : 'Reproduce'}
    </Button>
  );
  return (
    <Panel title="Reproduction" id="reproduction" aside={button}>
      {error !== null && <Problem error={error} />}
      <Loaded query={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              icon="retry"
              title="Not made again yet. Plinth runs it once more in a clean place and compares every metric, file and answer."
              code={code}
            />
          ) : (
            <ul className="feed">
              {items.map((one) => (
                <li key={one.id}>
                  <span className="stack">
                    <Link to={`/reproductions/${one.id}` as '/'}>
                      <StatusMark state={one.verdict ?? one.state} />
                    </Link>
                    <span className="soft">{sayVerdict(one)}</span>
                  </span>
                  <span className="faint">
                    {one.createdByName}, <Time at={one.createdAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
