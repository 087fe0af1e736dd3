import { type TSchema, type TUnsafe, Type } from 'typebox';

/** A string that is one of these words. */
export const oneOf = <const W extends readonly string[]>(words: W, description?: string): TUnsafe<W[number]> =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words], ...(description ? { description } : {}) });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** RFC 3339, UTC. */
export const timestamp = Type.String({ format: 'date-time' });
export const nullableTimestamp = nullable(timestamp);

/** An id or name in a path. */
export const pathId = (description: string) => Type.String({ minLength: 1, maxLength: 250, description });
