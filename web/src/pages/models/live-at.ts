interface Change {
  alias: string;
  toVersion: number | null;
  changedAt: string;
}

/** Which version each alias stood for at a time, from all changes; aliases that stood for none are left out. */
export function liveAt(changes: readonly Change[], at: string): { alias: string; version: number }[] {
  const moment = Date.parse(at);
  const then = new Map<string, number | null>();
  const before = changes.filter((one) => Date.parse(one.changedAt) <= moment);
  for (const one of before.sort((a, b) => Date.parse(a.changedAt) - Date.parse(b.changedAt))) then.set(one.alias, one.toVersion);
  return [...then].flatMap(([alias, version]) => (version === null ? [] : [{ alias, version }]));
}
