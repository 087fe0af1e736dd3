const utc = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/;
const any = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d(?:\.\d+)?)(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/;

/**
 * A time as PostgreSQL writes it, as RFC 3339 in UTC; `infinity` and what has no such form as it is. It is not left to `Date`, which reads years of one
 * or two digits into it and knows neither BC nor the seconds in old offsets.
 */
export function readTime(text: string): string {
  if (utc.test(text)) return new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`).toISOString();
  const match = any.exec(text);
  if (!match) return text;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const time = new Date(0);
  time.setUTCFullYear(match[11] ? 1 - year : year, month - 1, day);
  time.setUTCHours(hours, minutes, 0, Math.floor(Math.round(seconds * 1e6) / 1e3));
  const [offsetHours, offsetMinutes, offsetSeconds] = match.slice(8, 11).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  const offset = ((offsetHours * 60 + offsetMinutes) * 60 + offsetSeconds) * (match[7] === '-' ? -1 : 1);
  return new Date(time.getTime() - offset * 1000).toISOString();
}
