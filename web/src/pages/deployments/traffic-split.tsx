import { type FormEvent, useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Problem, toast } from '../../ui/kit.tsx';
import { gateAnswer } from '../approvals/gate.tsx';
import type { DeploymentData } from '../deployment.tsx';

/** How the plain address is split over two channels: a bar that shows it, a slider, and a number for those who know what they want. */
export function TrafficSplit({ deployment: one, cannotWrite }: { deployment: DeploymentData; cannotWrite: string | null }) {
  const [prod, beta] = ['prod', 'beta'].map((name) => one.channels.find((channel) => channel.name === name));
  const now = one.traffic.find((share) => share.channel === 'beta')?.weight ?? 0;
  const [typed, setTyped] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  if (!prod || !beta)
    return <p className="soft">All requests to the plain address go to {one.traffic[0]?.channel ?? 'its channel'}.</p>;
  const weight = typed ?? now;
  const set = (value: string): void => setTyped(Math.min(100, Math.max(0, Math.round(Number(value) || 0))));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(null);
    try {
      const traffic = [
        { channel: 'prod' as const, weight: 100 - weight },
        { channel: 'beta' as const, weight },
      ];
      await call('changeDeploymentTraffic', { deployment: one.name, body: { traffic } });
      setTyped(null);
      toast(`beta gets ${weight} percent of the requests.`);
      void queries.invalidateQueries();
    } catch (fault) {
      setError(fault);
    }
  };
  return (
    <form className="stack" aria-label="Traffic" onSubmit={(event) => void submit(event)}>
      <span className="split" aria-hidden="true">
        <i className="prod" style={{ flexGrow: 100 - weight }}>
          {weight < 88 && `prod ${100 - weight} %`}
        </i>
        <i className="beta" style={{ flexGrow: weight }}>
          {weight > 12 && `beta ${weight} %`}
        </i>
      </span>
      <div className="split-form">
        <span className="soft">Percent to beta</span>
        <input
          type="range"
          min={0}
          max={100}
          aria-label="Percent to beta, slider"
          value={weight}
          disabled={cannotWrite !== null}
          onChange={(event) => set(event.target.value)}
        />
        <input
          type="number"
          min={0}
          max={100}
          aria-label="Percent to beta"
          value={weight}
          disabled={cannotWrite !== null}
          onChange={(event) => set(event.target.value)}
        />
        <Button submit reason={cannotWrite ?? (weight === now && 'It is split so already')}>
          Split traffic
        </Button>
      </div>
      {error !== null && (gateAnswer(error, 'traffic') ?? <Problem error={error} />)}
    </form>
  );
}
