import { type Static, Type } from 'typebox';
import { organizationId, projectRoles, type Resource } from '../access/index.ts';
import { conflict, nullable, nullableTimestamp, oneOf, timestamp } from '../platform/index.ts';

/** What an account may be given when it is made: a role in its project, or for one of the organization to be a member or to read everything. */
export const serviceAccountRoles = [
  ...(Object.keys(projectRoles) as (keyof typeof projectRoles)[]),
  'member',
  'auditor',
] as const;

export const serviceAccountSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    projectId: Type.Union([Type.String(), Type.Null()], {
      description:
        'The project it belongs to, whose owners manage it and beyond which its tokens do not reach; null for the organization.',
    }),
    projectName: nullable(Type.String()),
    state: oneOf(['active', 'disabled']),
    tokenCount: Type.Integer(),
    lastUsedAt: nullableTimestamp,
    createdBy: Type.String(),
    createdByName: Type.String(),
    createdAt: timestamp,
    version: Type.Integer(),
  },
  { $comment: 'An account for programs: it has tokens and no password, and never decides on approvals.' },
);
export type ServiceAccount = Static<typeof serviceAccountSchema>;

export const asResource = (account: { id: string; name?: string; projectId: string | null }): Resource => ({
  kind: 'service-account',
  id: account.id,
  scopeId: account.projectId ?? organizationId,
  ...(account.name === undefined ? {} : { name: account.name }),
});

export const serviceAccountExists = (name: string) =>
  conflict('service-account-exists', `There is a service account "${name}" already. Choose another name.`);
