import { type FormEvent, useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Problem, toast } from '../../ui/kit.tsx';
import type { DeploymentData } from '../deployment.tsx';
import { useWorkReason } from '../project-link.tsx';
import { gateRefusal } from './gate.tsx';

/** How the plain address is split over two channels: a slider, and a number for those who know what they want. */
export function TrafficSplit({ deployment: one }: { deployment: DeploymentData }) {
  const [prod, beta] = ['prod', 'beta'].map((name) => one.channels.find((channel) => channel.name === name));
  const now = one.traffic.find((share) => share.channel === 'beta')?.weight ?? 0;
  const [typed, setTyped] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const cannotWrite = useWorkReason(one.projectSlug);
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
      <div className="row">
        <span className="caption">Percent to beta</span>
        <input
          type="range"
          min={0}
          max={100}
          aria-label="Percent to beta, slider"
          value={weight}
          onChange={(event) => set(event.target.value)}
        />
        <input
          type="number"
          min={0}
          max={100}
          aria-label="Percent to beta"
          style={{ width: 72 }}
          value={weight}
          onChange={(event) => set(event.target.value)}
        />
        <span className="soft">prod gets {100 - weight} percent</span>
        <Button submit reason={cannotWrite ?? (weight === now && 'It is split so already')}>
          Split traffic
        </Button>
      </div>
      {error !== null && (gateRefusal(error) ?? <Problem error={error} />)}
    </form>
  );
}
