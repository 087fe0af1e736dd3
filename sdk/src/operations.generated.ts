// Generated from openapi.json by `npm run gen`. Do not edit.

/** Input and output of every operation of the API, by operationId. */
export interface Operations {
  /** Add a goal with the metric by which one will know */
  addGoal: { input: { project: string; body: { title: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string } }; output: { id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number } };
  /** Change a goal or its state */
  changeGoal: { input: { project: string; goal: string; body: { title?: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string; state?: "open" | "met" | "missed" | "dropped" } }; output: { id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number } };
  /** Change name, slug, description, visibility, stage or status */
  changeProject: { input: { project: string; body: { name?: string; slug?: string; description?: string; visibility?: "private" | "searchable"; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; reason?: string } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Move a project in its arc, with the reason */
  changeStage: { input: { project: string; body: { stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; reason?: string } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Move a project to the trash */
  deleteProject: { input: { project: string }; output: void };
  /** What a thing was made from and what was made from it */
  getLineage: { input: { node: string; depth?: number }; output: { node: string; edges: Array<{ from: string; to: string; kind: "used" | "produced"; at: string }>; hidden: number } };
  /** This document */
  getOpenApi: { input: Record<never, never>; output: unknown };
  /** One project */
  getProject: { input: { project: string }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** What happened in the projects that you may see, newest first */
  listActivity: { input: { limit?: number; cursor?: string; verb?: string; actor?: string; object?: string; project?: string; from?: string; to?: string }; output: { items: Array<{ sequence: number; time: string; actor: { kind: string; id: string; name: string }; verb: string; object: { type: string; id: string; projectId: string | null }; requestId: string; data: unknown }>; nextCursor: string | null } };
  /** Everything that happened, newest first */
  listAuditEvents: { input: { limit?: number; cursor?: string; verb?: string; actor?: string; object?: string; project?: string; from?: string; to?: string }; output: { items: Array<{ sequence: number; time: string; actor: { kind: string; id: string; name: string }; verb: string; object: { type: string; id: string; projectId: string | null }; requestId: string; data: unknown }>; nextCursor: string | null } };
  /** Goals of a project */
  listGoals: { input: { project: string }; output: { items: Array<{ id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number }> } };
  /** People, groups and service accounts with a role in the project */
  listMembers: { input: { project: string }; output: { items: Array<{ subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer"; createdAt: string }> } };
  /** Projects that you may see */
  listProjects: { input: { limit?: number; cursor?: string; sort?: string; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; search?: string }; output: { items: Array<{ id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number }>; nextCursor: string | null } };
  /** The arc: every change of stage or status, oldest first */
  listStageChanges: { input: { project: string }; output: { items: Array<{ id: string; fromStage: string | null; toStage: string; fromStatus: string | null; toStatus: string; reason: string; changedBy: string; changedByName: string; changedAt: string }> } };
  /** Give somebody a role in the project, in place of the one they had */
  putMember: { input: { project: string; body: { subjectId?: string; email?: string; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" } }; output: { subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer"; createdAt: string } };
  /** Take the role away */
  removeMember: { input: { project: string; subject: string }; output: void };
  /** Live stream of what you may see (server-sent events) */
  streamEvents: { input: { after?: number; project?: string }; output: Response };
  /** Recompute the chain and name the first place where the record was changed */
  verifyAudit: { input: Record<never, never>; output: { valid: boolean; checked: number; head: string; firstBadSequence: number | null } };
}

export interface OperationEntry {
  method: string;
  path: string;
  inPath: readonly string[];
  inQuery: readonly string[];
  body: 'json' | 'raw' | 'none';
  answer: 'json' | 'stream' | 'none';
}

export const operations: { readonly [K in keyof Operations]: OperationEntry } = {
  addGoal: { method: 'POST', path: '/api/v1/projects/{project}/goals', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  changeGoal: { method: 'PATCH', path: '/api/v1/projects/{project}/goals/{goal}', inPath: ['project', 'goal'], inQuery: [], body: 'json', answer: 'json' },
  changeProject: { method: 'PATCH', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  changeStage: { method: 'POST', path: '/api/v1/projects/{project}/stage', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  deleteProject: { method: 'DELETE', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'none', answer: 'none' },
  getLineage: { method: 'GET', path: '/api/v1/lineage', inPath: [], inQuery: ['node', 'depth'], body: 'none', answer: 'json' },
  getOpenApi: { method: 'GET', path: '/api/v1/openapi.json', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getProject: { method: 'GET', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listActivity: { method: 'GET', path: '/api/v1/activity', inPath: [], inQuery: ['limit', 'cursor', 'verb', 'actor', 'object', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listAuditEvents: { method: 'GET', path: '/api/v1/audit', inPath: [], inQuery: ['limit', 'cursor', 'verb', 'actor', 'object', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listGoals: { method: 'GET', path: '/api/v1/projects/{project}/goals', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listMembers: { method: 'GET', path: '/api/v1/projects/{project}/members', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listProjects: { method: 'GET', path: '/api/v1/projects', inPath: [], inQuery: ['limit', 'cursor', 'sort', 'status', 'stage', 'search'], body: 'none', answer: 'json' },
  listStageChanges: { method: 'GET', path: '/api/v1/projects/{project}/stages', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  putMember: { method: 'POST', path: '/api/v1/projects/{project}/members', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  removeMember: { method: 'DELETE', path: '/api/v1/projects/{project}/members/{subject}', inPath: ['project', 'subject'], inQuery: [], body: 'none', answer: 'none' },
  streamEvents: { method: 'GET', path: '/api/v1/events', inPath: [], inQuery: ['after', 'project'], body: 'none', answer: 'stream' },
  verifyAudit: { method: 'GET', path: '/api/v1/audit/verify', inPath: [], inQuery: [], body: 'none', answer: 'json' },
};
