import { type Static, Type } from 'typebox';
import { conflict, invalidField, notFound, nullable, timestamp } from '../platform/index.ts';

export interface ModelRow {
  id: string;
  projectId: string;
  projectSlug: string;
  name: string;
  description: string;
  intendedUse: string;
  tags: Record<string, string>;
  ownerId: string;
  ownerName: string;
  createdBy: string;
  createdByName: string;
  createdAt: string;
  updatedAt: string;
  version: number;
  versionCount: number;
  aliases: { alias: string; number: number }[];
  newestVersion: { id: string; number: number; createdAt: string } | null;
  /** The reproduction that alone sees it (rehearsal.ts), and the model that it stands for there. */
  rehearsalOf: string | null;
  standsFor: string | null;
}

export const tagsSchema = Type.Record(Type.String({ minLength: 1, maxLength: 250 }), Type.String({ maxLength: 100_000 }), {
  maxProperties: 1000,
});

/** Tags in a merge patch: those that are named are set, or with null taken away; all others stay. */
export const tagsPatchSchema = Type.Record(
  Type.String({ minLength: 1, maxLength: 250 }),
  nullable(Type.String({ maxLength: 100_000 })),
  { maxProperties: 1000 },
);

export function mergeTags(before: Record<string, string>, patch: Record<string, string | null> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...before, ...patch }).filter((tag): tag is [string, string] => tag[1] !== null));
}

export const named = Type.Object({ id: Type.String(), name: Type.String() });

export const modelSchema = Type.Object(
  {
    id: Type.String(),
    projectId: Type.String(),
    projectSlug: Type.String(),
    name: Type.String(),
    description: Type.String(),
    intendedUse: Type.String({ description: 'What it is for and what not; part of the card.' }),
    tags: Type.Record(Type.String(), Type.String()),
    owner: named,
    aliases: Type.Array(Type.Object({ alias: Type.String(), version: Type.Integer(), protected: Type.Boolean() })),
    versionCount: Type.Integer(),
    newestVersion: nullable(Type.Object({ id: Type.String(), number: Type.Integer(), createdAt: timestamp })),
    createdBy: named,
    createdAt: timestamp,
    updatedAt: timestamp,
    version: Type.Integer({ description: 'Of these words, for If-Match.' }),
  },
  { $comment: 'A registered model: a name with versions.' },
);
export type Model = Static<typeof modelSchema>;

export const modelObject = (row: Pick<ModelRow, 'id' | 'projectId'>) => ({ type: 'model', id: row.id, projectId: row.projectId });

/** Names stand in addresses as models:/name/3 and models:/name@alias. */
export function checkModelName(name: string, pointer = '/name'): string {
  if (name.trim() === '' || name.length > 256 || /[/:@\u0000-\u001f\u007f]/.test(name) || name === '.' || name === '..')
    throw invalidField(pointer, 'takes 1 to 256 characters without slash, colon, @ or control characters');
  return name;
}

/** Aliases must not look like versions. */
export function checkAlias(alias: string, pointer = '/alias'): string {
  if (!/^[\p{L}\p{N}_-]{1,255}$/u.test(alias))
    throw invalidField(pointer, 'takes 1 to 255 letters, digits, hyphens and underscores');
  if (/^latest$/i.test(alias) || /^v?\d+$/i.test(alias))
    throw invalidField(pointer, `"${alias}" is kept for versions: neither latest nor v1, v2, … can be an alias`);
  return alias;
}

export const modelGone = (name: string) => notFound('registered model', name);
export const modelExists = (name: string) =>
  conflict('model-exists', `This project has a registered model "${name}" already. Add a version to it, or choose another name.`);
export const aliasGone = (name: string, alias: string) => notFound('alias', `${name}@${alias}`);
