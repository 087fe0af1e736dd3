/** "3 min ago" or "in 9 d" for the eye, a date beyond two months; the exact time belongs on hover. */
export function ago(time: string | null, now = Date.now()): string {
  if (!time) return '–';
  const seconds = (now - Date.parse(time)) / 1000;
  // Clocks of two machines differ a little: what was just now is not yet to come.
  if (seconds >= -5) return Math.floor(seconds / 86_400) > 60 ? day(time) : `${span(Math.max(0, seconds))} ago`;
  return -seconds > 60 * 86_400 ? day(time) : `in ${span(Math.ceil(-seconds))}`;
}

function span(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A day as the reader writes it. */
export const day = (time: string): string =>
  new Date(time).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** "1 run", "2 runs". */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Six significant digits, without the noise of floating point. */
export function number(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e9) ? value.toExponential(3) : String(Number(value.toPrecision(6)));
}

/** So many significant digits. */
export const roundTo = (value: number, digits: number): number => Number(value.toPrecision(digits));

/**
 * How long something lasted, or lasts until now; null where there is no telling: not begun, or ended before it began, as a client may say of its run.
 * By a clock that is behind the server's, what runs has begun just now.
 */
export function secondsBetween(from: string | null, to: string | null, now = Date.now()): number | null {
  if (!from) return null;
  const seconds = ((to ? Date.parse(to) : now) - Date.parse(from)) / 1000;
  if (seconds >= 0) return seconds;
  return to ? null : 0;
}

export function duration(from: string | null, to: string | null, now = Date.now()): string {
  const seconds = secondsBetween(from, to, now);
  if (seconds === null) return '–';
  if (seconds > 0 && seconds < 0.1) return '< 0.1 s';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  // Rounded before it is parted, so that nothing lasts 4 min 60 s.
  const whole = Math.round(seconds);
  if (whole < 3600) return two(whole, 60, 'min', 's');
  if (seconds < 172_800) return two(Math.round(seconds / 60), 60, 'h', 'min');
  return `${(seconds / 86_400).toFixed(1)} d`;
}

/** A whole in two units, without a second that is nothing. */
const two = (whole: number, size: number, large: string, small: string): string =>
  `${Math.floor(whole / size)} ${large}${whole % size === 0 ? '' : ` ${whole % size} ${small}`}`;

/** Money for people: cents, or four digits where cents say too little; what is below a cent says so. */
export function money(cost: { amount: number; currency: string } | null | undefined): string {
  if (!cost) return '–';
  const size = Math.abs(cost.amount);
  if (size > 0 && size < 0.01) return `< 0.01 ${cost.currency}`;
  const text = size >= 1000 ? Math.round(cost.amount).toLocaleString('en') : cost.amount.toFixed(2);
  return `${text} ${cost.currency}`;
}

/** A price by the hour keeps the digits that it has. */
export const perHour = (price: number | null, currency: string | null): string =>
  price === null ? '–' : `${Number(price.toPrecision(4))} ${currency ?? ''}/h`;

/** Smoothed by an exponential moving average that is right from the first point on; gaps stay gaps. */
export function smooth(values: (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let norm = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * weight + value * (1 - weight);
    norm = norm * weight + (1 - weight);
    return sum / norm;
  });
}

/** A difference with its sign, in as few digits as tell something. */
export const delta = (difference: number): string =>
  difference === 0 ? '±0' : `${difference > 0 ? '+' : '−'}${number(Number(Math.abs(difference).toPrecision(3)))}`;

const fiveDigits = { minimumSignificantDigits: 5, maximumSignificantDigits: 5 };

/** Five significant digits with their zeros, so that a column of numbers stands in line; the exact value belongs on hover. */
export function figure(value: number | string | null | undefined): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return number(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return number(value);
  return size < 1_000 ? value.toPrecision(5) : value.toLocaleString('en', fiveDigits);
}
