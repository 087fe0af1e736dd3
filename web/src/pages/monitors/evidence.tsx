import { sayEvidence } from '../alerts/words.ts';

/** How far the evidence of a test is on its way to the threshold, on the scale on which it grows. */
export function Evidence({ evidence, threshold, brief = false }: { evidence: number; threshold: number; brief?: boolean }) {
  const part = Math.min(1, Math.max(0, Math.log(Math.max(1, evidence)) / Math.log(Math.max(1.01, threshold))));
  const text = sayEvidence(evidence, threshold);
  return (
    <span className="evidence" data-tip={brief ? text : undefined}>
      <span className={`goal-bar ${part >= 1 ? 'over' : ''}`} aria-hidden="true">
        <i style={{ width: `${Math.round(part * 100)}%` }} />
      </span>
      <span className={brief ? 'unseen' : 'soft'}>{text}</span>
    </span>
  );
}
