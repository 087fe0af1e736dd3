import { type Static, Type } from 'typebox';
import { conflict, nullable, oneOf, timestamp } from '../platform/index.ts';

export const groupSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    oidcGroup: Type.Union([Type.String(), Type.Null()], {
      description: "Value of the sign-in provider's groups claim that puts people in here at each sign-in.",
    }),
    memberCount: Type.Integer(),
    createdAt: timestamp,
    version: Type.Integer(),
  },
  { $comment: 'People who are given roles together.' },
);
export type Group = Static<typeof groupSchema>;

export const groupMemberSchema = Type.Object({
  personId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  state: oneOf(['invited', 'active', 'disabled']),
  source: oneOf(['manual', 'oidc'], 'Who put them in: an administrator, or the sign-in provider, which also takes them out.'),
});
export type GroupMember = Static<typeof groupMemberSchema>;

export const newGroupSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
  oidcGroup: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 250 }))),
});
export type NewGroup = Static<typeof newGroupSchema>;

export const groupExists = (name: string) => conflict('group-exists', `There is a group "${name}" already. Choose another name.`);
export const oidcGroupTaken = (value: string) =>
  conflict('oidc-group-taken', `Another group takes its members from "${value}" of the sign-in provider already.`);
