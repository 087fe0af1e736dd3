import { number } from '../../ui/format.ts';

/** Beyond it a greater number says nothing more. */
const mostSaid = 1_000_000;

/** How far the evidence of a test is on its way to the threshold, on the scale on which it grows. */
export function Evidence({ evidence, threshold }: { evidence: number; threshold: number }) {
  const part = Math.min(1, Math.max(0, Math.log(Math.max(1, evidence)) / Math.log(Math.max(1.01, threshold))));
  const said = evidence > mostSaid ? `over ${number(mostSaid)}` : number(Number(evidence.toPrecision(3)));
  const text = `evidence ${said} of the ${number(Number(threshold.toPrecision(3)))} that an alert needs`;
  return (
    <div className="evidence">
      <span className="goal-bar" aria-hidden="true">
        <i style={{ width: `${Math.round(part * 100)}%` }} />
      </span>
      <span className="soft">{text}</span>
    </div>
  );
}
