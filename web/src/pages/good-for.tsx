import { Field, faultOf, Time } from '../ui/kit.tsx';
import { exactTime } from '../ui/time.tsx';

const day = 86_400_000;

const spans: [days: number, words: string][] = [
  [1, 'a day'],
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
  [365, 'a year'],
  [0, 'ever'],
];

/** How long something holds that is given: a token, a role. */
export function GoodFor({ label, usual, error }: { label: string; usual: number; error: unknown }) {
  return (
    <Field label={label} error={faultOf(error, 'expiresAt')}>
      <select name="days" defaultValue={usual}>
        {spans.map(([days, words]) => (
          <option key={days} value={days}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** What was chosen there, as the API takes it. */
export function untilOf(form: FormData): { expiresAt?: string } {
  const days = Number(form.get('days'));
  return days ? { expiresAt: new Date(Date.now() + days * day).toISOString() } : {};
}

/** When a token runs out; one that soon will or never does is marked. */
export function Expiry({ at }: { at: string | null }) {
  if (at === null)
    return (
      <span className="status warn">
        <i aria-hidden="true">▲</i> never
      </span>
    );
  const days = Math.ceil((Date.parse(at) - Date.now()) / day);
  const words = days < 0 ? 'has expired' : days < 1 ? 'today' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  return (
    <time dateTime={at} title={exactTime(at)} className={days < 7 ? 'status warn' : undefined}>
      {days < 7 && <i aria-hidden="true">◷</i>}
      {words}
    </time>
  );
}

export const LastUsed = ({ at }: { at: string | null }) => (at ? <Time at={at} /> : <span className="faint nothing">never</span>);
