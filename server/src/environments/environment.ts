import { type Static, Type } from 'typebox';
import { conflict, invalidField, nullable, oneOf, Problem, timestamp } from '../platform/index.ts';

export const revisionStates = {
  /** Being resolved and installed. */
  building: { usable: false },
  /** Locked, installed, immutable. */
  ready: { usable: true },
  /** Could not be resolved or installed; `stateReason` says why. */
  failed: { usable: false },
  /** Works, but should not be chosen any more. */
  deprecated: { usable: true },
  /** May not be used. */
  restricted: { usable: false },
} as const satisfies Record<string, { usable: boolean }>;
export type RevisionState = keyof typeof revisionStates;

export const environmentSchema = Type.Object({
  id: Type.String(),
  projectId: nullable(Type.String()),
  name: Type.String(),
  description: Type.String(),
  createdBy: Type.String(),
  createdAt: timestamp,
  newestRevision: nullable(
    Type.Object({
      id: Type.String(),
      number: Type.Integer(),
      state: oneOf(Object.keys(revisionStates) as readonly RevisionState[]),
      digest: nullable(Type.String()),
    }),
  ),
});
export type Environment = Static<typeof environmentSchema>;

export const revisionSchema = Type.Object({
  id: Type.String(),
  environmentId: Type.String(),
  number: Type.Integer(),
  python: nullable(Type.String({ description: 'Full version of the interpreter.' })),
  packages: Type.Array(Type.String()),
  systemPackages: Type.Array(Type.String()),
  variables: Type.Record(Type.String(), Type.String()),
  state: oneOf(Object.keys(revisionStates) as readonly RevisionState[]),
  stateReason: nullable(Type.String()),
  lock: nullable(Type.String({ description: 'Every package with version and hashes.' })),
  digest: nullable(Type.String({ description: 'SHA-256 over lock, platform, Python version, system packages and variables.' })),
  platform: nullable(Type.String()),
  sizeBytes: nullable(Type.Integer()),
  buildSeconds: nullable(Type.Number()),
  reused: nullable(Type.Boolean({ description: 'The same digest was built before.' })),
  manifestSha256: nullable(
    Type.String({ description: 'Digest of the list of all its files, for telling later whether it is still what was built.' }),
  ),
  logUrl: nullable(Type.String()),
  workloadId: nullable(Type.String()),
  createdBy: Type.String(),
  createdAt: timestamp,
});
export type Revision = Static<typeof revisionSchema>;

export const newRevisionSchema = Type.Object({
  python: Type.Optional(
    Type.String({ pattern: '^3\\.\\d{1,2}(\\.\\d{1,2})?$', description: 'As 3.11; the machine’s own when left out.' }),
  ),
  packages: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
    maxItems: 1000,
    description: 'One requirement each, as scikit-learn==1.7.2.',
  }),
  systemPackages: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9+.-]{1,99}$' }), { maxItems: 200 })),
  variables: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,99}$' }), Type.String({ maxLength: 4000 })),
  ),
});
export type NewRevision = Static<typeof newRevisionSchema>;

/** A requirement as in PEP 508 without addresses: name, extras, versions, marker. No options, so that nothing redirects the index. */
const requirement =
  /^[A-Za-z0-9][A-Za-z0-9._-]*(\s*\[[A-Za-z0-9._,\s-]*\])?\s*((===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+(\s*,\s*(===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+)*)?\s*(;[^\n\r#@\\]{1,200})?$/;

export function checkPackages(packages: readonly string[]): void {
  packages.forEach((line, index) => {
    if (!requirement.test(line.trim())) {
      throw invalidField(
        `/packages/${index}`,
        `"${line}" is not a requirement like "scikit-learn==1.7.2"; addresses, paths and options are not taken here`,
      );
    }
  });
}

export const unknownEnvironment = (name: string) =>
  invalidField(
    '/environment',
    `there is no environment "${name}" that this project may use; list them with GET /environments, or give base for the system Python`,
  );

export const notBuilt = (name: string) =>
  conflict('environment-not-built', `Environment "${name}" has no revision yet. Build one first.`);

export const notUsable = (name: string, revision: { state: string; stateReason: string | null }) =>
  conflict(
    'environment-not-usable',
    `The newest revision of environment "${name}" is ${revision.state}${revision.stateReason ? `: ${revision.stateReason}` : ''}. Build a new one.`,
  );

export const nameTaken = (name: string) =>
  conflict('environment-exists', `There is an environment "${name}" here already. Add a revision to it, or choose another name.`);

export const buildFailed = (reason: string) => new Problem(409, 'environment-not-usable', reason);
