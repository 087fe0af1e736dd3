import { type Static, Type } from 'typebox';
import { inProject, type Resource } from '../access/index.ts';
import { conflict, invalidField, nullable, oneOf, timestamp } from '../platform/index.ts';

/** Where a project stands in words that leaders read; `allows` lists what may be done in it. */
export const projectStatuses = {
  /** Written down, not begun. */
  proposed: { allows: ['work'] },
  /** Under way. */
  active: { allows: ['work'] },
  /** Stopped by something outside; the reason is on the change. */
  blocked: { allows: ['work'] },
  /** Set aside on purpose. */
  'on-hold': { allows: ['work'] },
  /** Its goal was reached or given up. */
  complete: { allows: ['work'] },
  /** Kept for reading only. */
  archived: { allows: [] },
} as const satisfies Record<string, { allows: readonly string[] }>;

export type ProjectStatus = keyof typeof projectStatuses;

/** The arc of a project, in order. */
export const projectStages = ['ideation', 'data', 'exploration', 'modelling', 'validation', 'production', 'monitoring'] as const;

export const projectCan = {
  work: (project: { status: ProjectStatus }): boolean =>
    (projectStatuses[project.status].allows as readonly string[]).includes('work'),
};

export const statusSchema = oneOf(Object.keys(projectStatuses) as readonly ProjectStatus[], 'Where the project stands.');
export const stageSchema = oneOf(projectStages);

export const projectSchema = Type.Object(
  {
    id: Type.String(),
    slug: Type.String(),
    name: Type.String(),
    description: Type.String(),
    status: statusSchema,
    stage: stageSchema,
    visibility: oneOf(['private', 'searchable']),
    template: nullable(Type.String()),
    gitUrl: nullable(Type.String()),
    folderId: nullable(Type.String()),
    folderName: nullable(Type.String()),
    defaultEnvironmentId: nullable(Type.String()),
    ownerId: Type.String(),
    ownerName: Type.String(),
    goal: Type.Union([Type.String(), Type.Null()], { description: 'Title of the first open goal.' }),
    myRole: nullable(Type.String()),
    createdBy: Type.String(),
    createdAt: timestamp,
    updatedAt: timestamp,
    version: Type.Integer(),
  },
  { $comment: 'A project: everything else has exactly one.' },
);
export type Project = Static<typeof projectSchema>;

export const goalSchema = Type.Object({
  id: Type.String(),
  projectId: Type.String(),
  title: Type.String(),
  metric: nullable(Type.String()),
  target: Type.Union([Type.Number(), Type.Null()]),
  direction: oneOf(['maximize', 'minimize']),
  dueOn: Type.Union([Type.String({ format: 'date' }), Type.Null()]),
  state: oneOf(['open', 'met', 'missed', 'dropped']),
  ownerId: nullable(Type.String()),
  createdAt: timestamp,
  version: Type.Integer(),
});
export type Goal = Static<typeof goalSchema>;

export const stageChangeSchema = Type.Object({
  id: Type.String(),
  fromStage: nullable(Type.String()),
  toStage: Type.String(),
  fromStatus: nullable(Type.String()),
  toStatus: Type.String(),
  reason: Type.String(),
  changedBy: Type.String(),
  changedByName: Type.String(),
  changedAt: timestamp,
});
export type StageChange = Static<typeof stageChangeSchema>;

export const asResource = (project: { id: string; slug?: string }): Resource =>
  inProject('project', project.id, project.id, project.slug);

/** Two to sixty characters, and never like an id. */
export const slugPattern = /^(?!prj[-_])[a-z][a-z0-9-]{0,58}[a-z0-9]$/;

export const slugTaken = (slug: string) => conflict('slug-taken', `There is a project "${slug}" already. Choose another slug.`);
export const archived = (slug: string) =>
  conflict('project-archived', `Project "${slug}" is archived and only read. Set its status to active to work in it.`);
export const slugMalformed = () =>
  invalidField(
    '/slug',
    'takes 2 to 60 lower-case letters, digits and hyphens, beginning with a letter, and must not look like an id (prj_…)',
  );
