/** Time as operations see it. Tests put a fixed one in its place; leases use the database's clock, never this one. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
