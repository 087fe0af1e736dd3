// Generated from openapi.json by `npm run gen`. Do not edit.

/** Input and output of every operation of the API, by operationId. */
export interface Operations {
  /** Add a goal with the metric by which one will know */
  addGoal: { input: { project: string; body: { title: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string } }; output: { id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number } };
  /** Put a person into a group */
  addGroupMember: { input: { group: string; body: { personId?: string; email?: string } }; output: { personId: string; name: string; email: string; state: "invited" | "active" | "disabled"; source: "manual" | "oidc" } };
  /** Go to the sign-in provider */
  beginProviderSignIn: { input: { next?: string }; output: void };
  /** Resolve packages to a lock with hashes and build it once */
  buildEnvironmentRevision: { input: { environment: string; body: { python?: string; packages: Array<string>; systemPackages?: Array<string>; variables?: Record<string, string> } }; output: { id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; manifestSha256: string | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string } };
  /** End a job with all its processes */
  cancelJob: { input: { job: string }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Deprecate or restrict a revision, or make it ready again */
  changeEnvironmentRevision: { input: { revision: string; body: { state: "ready" | "deprecated" | "restricted"; reason?: string } }; output: { id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; manifestSha256: string | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string } };
  /** Rename a folder, or move it with all in it; no id and no link changes */
  changeFolder: { input: { folder: string; body: { name?: string; parentId?: string | null } }; output: { id: string; name: string; parentId: string | null; path: Array<string>; depth: number; folderCount: number; projectCount: number; myRole: string | null; createdAt: string; version: number } };
  /** Change a goal or its state */
  changeGoal: { input: { project: string; goal: string; body: { title?: string; metric?: string | null; target?: number | null; direction?: "maximize" | "minimize"; dueOn?: string | null; state?: "open" | "met" | "missed" | "dropped" } }; output: { id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number } };
  /** Rename a group, or say which group of the sign-in provider fills it */
  changeGroup: { input: { group: string; body: { name?: string; oidcGroup?: string | null } }; output: { id: string; name: string; oidcGroup: string | null; memberCount: number; createdAt: string; version: number } };
  /** Change size, price or state; what runs keeps the price it started with */
  changeHardwareTier: { input: { tier: string; body: { name?: string; cpuCores?: number | null; memoryBytes?: number | null; gpus?: number; pricePerHour?: number; currency?: string; isDefault?: boolean; state?: "enabled" | "disabled" } }; output: { id: string; name: string; targetId: string; cpuCores: number | null; memoryBytes: number | null; gpus: number; pricePerHour: number; currency: string; isDefault: boolean; state: "enabled" | "disabled"; version: number } };
  /** Change your name, default project or password */
  changeMe: { input: { body: { name?: string; defaultProject?: string | null; currentPassword?: string; password?: string } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Rename it, or change description, intended use or tags */
  changeModel: { input: { project: string; name: string; body: { name?: string; description?: string; intendedUse?: string; tags?: Record<string, string> } }; output: { id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number } };
  /** Rename, change the role, disable or enable */
  changePerson: { input: { user: string; body: { name?: string; role?: "admin" | "member" | "auditor"; state?: "active" | "disabled" } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Change name, slug, description, visibility, folder, stage or status */
  changeProject: { input: { project: string; body: { name?: string; slug?: string; description?: string; visibility?: "private" | "searchable"; folderId?: string | null; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; reason?: string } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; folderName: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Change name, notes or tags */
  changeRun: { input: { run: string; body: { name?: string; notes?: string; tags?: Array<{ key: string; value: string }> } }; output: { id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } } };
  /** Rename, describe, disable or enable */
  changeServiceAccount: { input: { serviceAccount: string; body: { name?: string; description?: string; state?: "active" | "disabled" } }; output: { id: string; name: string; description: string; projectId: string | null; projectName: string | null; state: "active" | "disabled"; tokenCount: number; lastUsedAt: string | null; createdBy: string; createdByName: string; createdAt: string } };
  /** Move a project in its arc, with the reason */
  changeStage: { input: { project: string; body: { stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; reason?: string } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; folderName: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Change description or tags; the files of a version never change */
  changeVersion: { input: { project: string; name: string; version: string; body: { description?: string; tags?: Record<string, string> } }; output: { id: string; modelId: string; modelName: string; projectId: string; projectSlug: string; number: number; state: "ready" | "deleted"; stage: "none" | "staging" | "production" | "archived"; digest: string; sizeBytes: number; fileCount: number; flavors: Record<string, unknown>; signature: { inputs: Array<unknown> | null; outputs: Array<unknown> | null; params: Array<unknown> | null } | null; source: { kind: "run" | "logged-model" | "version"; runId: string | null; runName: string | null; loggedModelId: string | null; versionId: string | null; path: string }; metrics: Array<{ key: string; value: unknown }>; description: string; tags: Record<string, string>; aliases: Array<string>; approval: { id: string; channel: string; state: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string } };
  /** Make a dataset; its states are snapshots */
  createDataset: { input: { project: string; body: { name: string; description?: string } }; output: { id: string; projectId: string; name: string; description: string; createdBy: string; createdAt: string; newestSnapshot: { id: string; number: number; digest: string; sizeBytes: number; fileCount: number } | null } };
  /** Make an environment, of a project or shared with all */
  createEnvironment: { input: { body: { name: string; projectId?: string; description?: string } }; output: { id: string; projectId: string | null; name: string; description: string; createdBy: string; createdAt: string; newestRevision: { id: string; number: number; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; digest: string | null } | null } };
  /** Make an experiment: a group of runs */
  createExperiment: { input: { project: string; body: { name: string } }; output: { id: string; projectId: string; name: string; lifecycle: "active" | "deleted"; runCount: number; createdAt: string; updatedAt: string } };
  /** Make a folder, at the top or in another one */
  createFolder: { input: { body: { name: string; parentId?: string | null } }; output: { id: string; name: string; parentId: string | null; path: Array<string>; depth: number; folderCount: number; projectCount: number; myRole: string | null; createdAt: string; version: number } };
  /** Make a group, kept by hand or by the sign-in provider */
  createGroup: { input: { body: { name: string; oidcGroup?: string | null } }; output: { id: string; name: string; oidcGroup: string | null; memberCount: number; createdAt: string; version: number } };
  /** Offer a new size of compute */
  createHardwareTier: { input: { body: { name: string; cpuCores?: number | null; memoryBytes?: number | null; gpus?: number; pricePerHour?: number; currency?: string; isDefault?: boolean } }; output: { id: string; name: string; targetId: string; cpuCores: number | null; memoryBytes: number | null; gpus: number; pricePerHour: number; currency: string; isDefault: boolean; state: "enabled" | "disabled"; version: number } };
  /** Register a name for versions to come */
  createModel: { input: { project: string; body: { name: string; description?: string; intendedUse?: string; tags?: Record<string, string> } }; output: { id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number } };
  /** Add a person */
  createPerson: { input: { body: { email: string; name?: string; password?: string; role?: "admin" | "member" | "auditor" } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Make a project, empty, from a template or from a git repository */
  createProject: { input: { body: { name: string; slug?: string; description?: string; folderId?: string; template?: string; gitUrl?: string; goal?: { title: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string }; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; members?: Array<{ email?: string; subjectId?: string; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" }> } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; folderName: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Make an account for programs, of the organization or of a project */
  createServiceAccount: { input: { body: { name: string; description?: string; projectId?: string; role?: "owner" | "contributor" | "validator" | "viewer" | "consumer" | "member" | "auditor" } }; output: { id: string; name: string; description: string; projectId: string | null; projectName: string | null; state: "active" | "disabled"; tokenCount: number; lastUsedAt: string | null; createdBy: string; createdByName: string; createdAt: string } };
  /** Make a token of a service account; it is shown once */
  createServiceAccountToken: { input: { serviceAccount: string; body: { name: string; actions?: Array<string>; expiresAt?: string } }; output: { id: string; name: string; projectId: string | null; actions: Array<string> | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null; token: string } };
  /** Add a snapshot: upload files, or name contents that were put */
  createSnapshot: { input: { project: string; dataset: string; body: BodyInit }; output: { id: string; datasetId: string; projectId: string; number: number; digest: string; fileCount: number; sizeBytes: number; message: string; profile: { state: "pending" | "ready" | "failed" | "unsupported"; reason?: string; tables?: Array<{ path: string; rowCount: number; columns: Array<{ name: string; type: string; count: number; nullCount: number; distinctCount: number; min: string | null; max: string | null; mean: number | null; standardDeviation: number | null; quartiles: Array<number> | null; histogram: Array<{ from: number; to: number; count: number }> | null; topValues: Array<{ value: string; count: number }> | null }> }> }; createdBy: string; createdAt: string } };
  /** Make a token of your own; it is shown once */
  createToken: { input: { body: { name: string; projectId?: string; actions?: Array<string>; expiresAt?: string } }; output: { id: string; name: string; projectId: string | null; actions: Array<string> | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null; token: string } };
  /** Make a workspace and start it */
  createWorkspace: { input: { project: string; body: { tool: string; name?: string; environment?: string; hardwareTier?: string; branch?: string } }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** Approve or reject, once, as somebody who neither made nor submitted it */
  decideApproval: { input: { approval: string; body: { decision: "approved" | "rejected"; comment?: string } }; output: { id: string; projectId: string; projectSlug: string; projectName: string; subject: string; subjectRef: string; digest: string; channel: "beta" | "prod"; state: "pending" | "approved" | "rejected" | "withdrawn"; authors: Array<{ id: string; name: string }>; requestedBy: { id: string; name: string }; requestedAt: string; decidedBy: { id: string; name: string } | null; decidedAt: string | null; comment: string; evidenceSha256: string | null; waitsForMe: boolean; whyNotMe: string | null } };
  /** Approve or refuse it; for a person in a browser */
  decideDeviceSignIn: { input: { code: string; body: { decision: "approved" | "denied" } }; output: void };
  /** Move an empty folder to the trash */
  deleteFolder: { input: { folder: string }; output: void };
  /** Delete a group; its members lose at once what they had by it */
  deleteGroup: { input: { group: string }; output: void };
  /** Take a model out of use with all its versions and aliases */
  deleteModel: { input: { project: string; name: string }; output: void };
  /** Move a project to the trash */
  deleteProject: { input: { project: string }; output: void };
  /** Move a run to the trash */
  deleteRun: { input: { run: string }; output: void };
  /** Delete it with its roles and tokens */
  deleteServiceAccount: { input: { serviceAccount: string }; output: void };
  /** Take a version out of use; its number is never given again */
  deleteVersion: { input: { project: string; name: string; version: string }; output: void };
  /** Move a stopped workspace to the trash */
  deleteWorkspace: { input: { workspace: string }; output: void };
  /** Sign out everywhere else */
  endOtherSessions: { input: Record<never, never>; output: void };
  /** Sign out on one device */
  endSession: { input: { session: string }; output: void };
  /** Sign a person out on one device */
  endSessionOfPerson: { input: { user: string; session: string }; output: void };
  /** Sign a person out everywhere; their tokens stay */
  endSessionsOfPerson: { input: { user: string }; output: void };
  /** A link into the running tool, good once and for a minute */
  enterWorkspace: { input: { workspace: string }; output: { url: string } };
  /** The token, once a person has approved */
  finishDeviceSignIn: { input: { body: { deviceCode: string } }; output: { token: string; expiresAt: string; personId: string } };
  /** Come back from the sign-in provider; sets the session cookie */
  finishProviderSignIn: { input: Record<never, never>; output: void };
  /** One approval with the evidence that was pinned to its decision */
  getApproval: { input: { approval: string }; output: { id: string; projectId: string; projectSlug: string; projectName: string; subject: string; subjectRef: string; digest: string; channel: "beta" | "prod"; state: "pending" | "approved" | "rejected" | "withdrawn"; authors: Array<{ id: string; name: string }>; requestedBy: { id: string; name: string }; requestedAt: string; decidedBy: { id: string; name: string } | null; decidedAt: string | null; comment: string; evidenceSha256: string | null; waitsForMe: boolean; whyNotMe: string | null; evidence: unknown } };
  /** Download a file of a run */
  getArtifact: { input: { run: string; path: string }; output: Response };
  /** Whether the project has that content */
  getBlob: { input: { project: string; sha256: string }; output: { sha256: string; sizeBytes: number } };
  /** One dataset */
  getDataset: { input: { dataset: string }; output: { id: string; projectId: string; name: string; description: string; createdBy: string; createdAt: string; newestSnapshot: { id: string; number: number; digest: string; sizeBytes: number; fileCount: number } | null } };
  /** Who asks under a short code; for a person in a browser */
  getDeviceSignIn: { input: { code: string }; output: { name: string; address: string; createdAt: string; expiresAt: string } };
  /** One environment */
  getEnvironment: { input: { environment: string }; output: { id: string; projectId: string | null; name: string; description: string; createdBy: string; createdAt: string; newestRevision: { id: string; number: number; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; digest: string | null } | null } };
  /** One revision with its lock */
  getEnvironmentRevision: { input: { revision: string }; output: { id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; manifestSha256: string | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string } };
  /** One folder */
  getFolder: { input: { folder: string }; output: { id: string; name: string; parentId: string | null; path: Array<string>; depth: number; folderCount: number; projectCount: number; myRole: string | null; createdAt: string; version: number } };
  /** One group */
  getGroup: { input: { group: string }; output: { id: string; name: string; oidcGroup: string | null; memberCount: number; createdAt: string; version: number } };
  /** One job */
  getJob: { input: { job: string }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Its log: whole, a Range, or followed */
  getJobLogs: { input: { job: string; follow?: boolean }; output: Response };
  /** What a thing was made from and what was made from it */
  getLineage: { input: { node: string; depth?: number }; output: { node: string; edges: Array<{ from: string; to: string; kind: "used" | "produced"; at: string }>; hidden: number } };
  /** Who you are */
  getMe: { input: Record<never, never>; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null; kind: string; actions: Array<string> } };
  /** The points of one metric, thinned so that no spike is lost */
  getMetricHistory: { input: { run: string; key: string; points?: number }; output: { key: string; total: number; points: Array<{ step: number; time: number; value: number | "NaN" | "Infinity" | "-Infinity" }> } };
  /** One registered model with its aliases */
  getModel: { input: { project: string; name: string }; output: { id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number } };
  /** The model card, from recorded facts, with what is missing */
  getModelCard: { input: { project: string; name: string; version: string }; output: { versionId: string; address: string; projectSlug: string; modelName: string; number: number; digest: string; sizeBytes: number; description: string; createdBy: { id: string; name: string }; createdAt: string; fields: Array<{ key: string; title: string; recorded: boolean; text: string; value: unknown }>; completeness: { recorded: number; total: number; score: number; missing: Array<string> }; approvals: Array<{ id: string; projectId: string; projectSlug: string; projectName: string; subject: string; subjectRef: string; digest: string; channel: "beta" | "prod"; state: "pending" | "approved" | "rejected" | "withdrawn"; authors: Array<{ id: string; name: string }>; requestedBy: { id: string; name: string }; requestedAt: string; decidedBy: { id: string; name: string } | null; decidedAt: string | null; comment: string; evidenceSha256: string | null; waitsForMe: boolean; whyNotMe: string | null }>; aliasHistory: Array<{ alias: string; fromVersion: number | null; toVersion: number | null; approvalId: string | null; changedBy: string; changedByName: string; changedAt: string }>; usedBy: { things: Array<{ ref: string; at: string }>; loads: Array<{ by: string; byName: string; way: string; count: number; firstAt: string; lastAt: string }> } } };
  /** A registered model of your default project */
  getModelOfDefaultProject: { input: { name: string }; output: { id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number } };
  /** This document */
  getOpenApi: { input: Record<never, never>; output: unknown };
  /** One person */
  getPerson: { input: { user: string }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** One answered request: inputs, outputs, version, consumer, latency */
  getPrediction: { input: { prediction: string }; output: { id: string; projectId: string; deploymentId: string; channel: string; revisionId: string; versionId: string; replicaId: string; consumer: { id: string; kind: string; name: string | null }; at: string; latencyMilliseconds: number; status: number; error: string | null; contentType: string; rowCount: number; columns: Array<string>; rows: Array<{ id: string; input: unknown; output: unknown }>; request: string; response: string; bodyEncoding: "utf-8" | "base64" } };
  /** One project */
  getProject: { input: { project: string }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; folderName: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** The project’s repository: where to clone it, and its head */
  getRepo: { input: { project: string }; output: { cloneUrl: string; branch: string; head: string | null; empty: boolean } };
  /** A file at a revision, as text */
  getRepoFile: { input: { project: string; path: string; revision?: string }; output: { path: string; commit: string; sizeBytes: number; binary: boolean; tooLarge: boolean; text: string | null } };
  /** One reproduction with its verdict and every difference */
  getReproduction: { input: { reproduction: string }; output: { id: string; projectId: string; subject: string; jobId: string; newJobId: string | null; state: "rebuilding" | "comparing" | "scoring" | "finished"; verdict: "verified" | "tolerated" | "diverged" | "impossible" | null; cause: "job-not-succeeded" | "nothing-recorded" | "nothing-to-compare" | "run-not-finished" | "record-changed" | "commit-missing" | "patch-missing" | "environment-not-recorded" | "environment-not-usable" | "environment-changed" | "data-changed" | "result-changed" | "rebuild-failed" | "rebuild-stopped" | "scoring-failed" | "no-job" | null; causeDetail: string | null; compared: { runs: number; parameters: number; metrics: number; points: number; files: number; models: number; predictions: number; excluded: Array<string> } | null; differences: Array<{ what: string; was: string | null; is: string | null; relative: number | null; tolerated: boolean }>; createdBy: string; createdByName: string; createdAt: string; finishedAt: string | null } };
  /** One run with everything logged and where it came from */
  getRun: { input: { run: string }; output: { id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } } };
  /** One service account */
  getServiceAccount: { input: { serviceAccount: string }; output: { id: string; name: string; description: string; projectId: string | null; projectName: string | null; state: "active" | "disabled"; tokenCount: number; lastUsedAt: string | null; createdBy: string; createdByName: string; createdAt: string } };
  /** How one can sign in here */
  getSessionOptions: { input: Record<never, never>; output: { password: boolean; oidc: { name: string } | null } };
  /** One snapshot with its schema and column statistics */
  getSnapshot: { input: { snapshot: string }; output: { id: string; datasetId: string; projectId: string; number: number; digest: string; fileCount: number; sizeBytes: number; message: string; profile: { state: "pending" | "ready" | "failed" | "unsupported"; reason?: string; tables?: Array<{ path: string; rowCount: number; columns: Array<{ name: string; type: string; count: number; nullCount: number; distinctCount: number; min: string | null; max: string | null; mean: number | null; standardDeviation: number | null; quartiles: Array<number> | null; histogram: Array<{ from: number; to: number; count: number }> | null; topValues: Array<{ value: string; count: number }> | null }> }> }; createdBy: string; createdAt: string } };
  /** Download one file of a snapshot */
  getSnapshotFile: { input: { snapshot: string; path: string }; output: Response };
  /** One template with its readme and files */
  getTemplate: { input: { template: string }; output: { name: string; title: string; description: string; language: string; version: string; goal: { title: string; metric: string | null; target: number | null } | null; readme: string; files: Array<{ path: string; sizeBytes: number }> } };
  /** One version */
  getVersion: { input: { project: string; name: string; version: string }; output: { id: string; modelId: string; modelName: string; projectId: string; projectSlug: string; number: number; state: "ready" | "deleted"; stage: "none" | "staging" | "production" | "archived"; digest: string; sizeBytes: number; fileCount: number; flavors: Record<string, unknown>; signature: { inputs: Array<unknown> | null; outputs: Array<unknown> | null; params: Array<unknown> | null } | null; source: { kind: "run" | "logged-model" | "version"; runId: string | null; runName: string | null; loggedModelId: string | null; versionId: string | null; path: string }; metrics: Array<{ key: string; value: unknown }>; description: string; tags: Record<string, string>; aliases: Array<string>; approval: { id: string; channel: string; state: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string } };
  /** Download a file of a version */
  getVersionArtifact: { input: { project: string; name: string; version: string; path: string }; output: Response };
  /** What a version was made from, and what was made from it */
  getVersionLineage: { input: { project: string; name: string; version: string; depth?: number }; output: { node: string; edges: Array<{ from: string; to: string; kind: "used" | "produced"; at: string }>; hidden: number } };
  /** A version of a model of your default project */
  getVersionOfDefaultProject: { input: { name: string; version: string }; output: { id: string; modelId: string; modelName: string; projectId: string; projectSlug: string; number: number; state: "ready" | "deleted"; stage: "none" | "staging" | "production" | "archived"; digest: string; sizeBytes: number; fileCount: number; flavors: Record<string, unknown>; signature: { inputs: Array<unknown> | null; outputs: Array<unknown> | null; params: Array<unknown> | null } | null; source: { kind: "run" | "logged-model" | "version"; runId: string | null; runName: string | null; loggedModelId: string | null; versionId: string | null; path: string }; metrics: Array<{ key: string; value: unknown }>; description: string; tags: Record<string, string>; aliases: Array<string>; approval: { id: string; channel: string; state: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string } };
  /** A version to carry away: the model folder with its card and a manifest, as a tar archive */
  getVersionPackage: { input: { project: string; name: string; version: string; format?: "mlflow" }; output: Response };
  /** One workload */
  getWorkload: { input: { workload: string }; output: { id: string; kind: string; subject: string; projectId: string | null; ownerId: string; name: string; state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; attempt: number; tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number }; pricePerHour: number; currency: string; cost: { amount: number; currency: string }; host: string | null; isolation: string | null; exitCode: number | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; queuedAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Its log: whole, a Range, or followed */
  getWorkloadLogs: { input: { workload: string; follow?: boolean }; output: Response };
  /** One workspace */
  getWorkspace: { input: { workspace: string }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** What happened in the projects that you may see, newest first */
  listActivity: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string; verb?: string; actor?: string; object?: string; project?: string; from?: string; to?: string }; output: { items: Array<{ sequence: number; time: string; actor: { kind: string; id: string; name: string }; verb: string; object: { type: string; id: string; projectId: string | null }; requestId: string; data: unknown }>; nextCursor: string | null } };
  /** What each alias pointed at, newest change first */
  listAliasChanges: { input: { project: string; name: string }; output: { items: Array<{ alias: string; fromVersion: number | null; toVersion: number | null; approvalId: string | null; changedBy: string; changedByName: string; changedAt: string }> } };
  /** Approvals that you may see, newest first */
  listApprovals: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; mine?: boolean; state?: "pending" | "approved" | "rejected" | "withdrawn"; project?: string; subject?: string }; output: { items: Array<{ id: string; projectId: string; projectSlug: string; projectName: string; subject: string; subjectRef: string; digest: string; channel: "beta" | "prod"; state: "pending" | "approved" | "rejected" | "withdrawn"; authors: Array<{ id: string; name: string }>; requestedBy: { id: string; name: string }; requestedAt: string; decidedBy: { id: string; name: string } | null; decidedAt: string | null; comment: string; evidenceSha256: string | null; waitsForMe: boolean; whyNotMe: string | null }>; nextCursor: string | null; waitingForMe: number } };
  /** Files of a run in one folder */
  listArtifacts: { input: { run: string; path?: string }; output: { items: Array<{ path: string; isFolder: boolean; sizeBytes: number | null }> } };
  /** Everything that happened, newest first */
  listAuditEvents: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string; verb?: string; actor?: string; object?: string; project?: string; from?: string; to?: string }; output: { items: Array<{ sequence: number; time: string; actor: { kind: string; id: string; name: string }; verb: string; object: { type: string; id: string; projectId: string | null }; requestId: string; data: unknown }>; nextCursor: string | null } };
  /** Commits, newest first */
  listCommits: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; revision?: string }; output: { items: Array<{ id: string; author: string; time: string; subject: string }>; nextCursor: string | null } };
  /** Where work can run, and how far it is limited and set apart there */
  listComputeTargets: { input: Record<never, never>; output: { items: Array<{ id: string; name: string; kind: "local" | "slurm" | "kubernetes"; state: "ready" | "unreachable" | "disabled"; stateReason: string | null; limits: string | null; isolation: string | null; detail: Array<string> }> } };
  /** Datasets of a project, newest first */
  listDatasets: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; projectId: string; name: string; description: string; createdBy: string; createdAt: string; newestSnapshot: { id: string; number: number; digest: string; sizeBytes: number; fileCount: number } | null }>; nextCursor: string | null } };
  /** Revisions, newest first */
  listEnvironmentRevisions: { input: { environment: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; manifestSha256: string | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string }>; nextCursor: string | null } };
  /** Environments that you may use, newest first */
  listEnvironments: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string; project?: string }; output: { items: Array<{ id: string; projectId: string | null; name: string; description: string; createdBy: string; createdAt: string; newestRevision: { id: string; number: number; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; digest: string | null } | null }>; nextCursor: string | null } };
  /** Experiments of a project with their runs counted */
  listExperiments: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; projectId: string; name: string; lifecycle: "active" | "deleted"; runCount: number; createdAt: string; updatedAt: string }>; nextCursor: string | null } };
  /** Who has a role directly on a folder, and so in every project below it */
  listFolderMembers: { input: { folder: string }; output: { items: Array<{ subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; memberCount: number | null; createdAt: string; expiresAt: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" }> } };
  /** The tree of folders that you may see, flat; parentId and path say where each stands */
  listFolders: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; parent?: string }; output: { items: Array<{ id: string; name: string; parentId: string | null; path: Array<string>; depth: number; folderCount: number; projectCount: number; myRole: string | null; createdAt: string; version: number }>; nextCursor: string | null } };
  /** Goals of a project */
  listGoals: { input: { project: string }; output: { items: Array<{ id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number }> } };
  /** People in a group */
  listGroupMembers: { input: { group: string; limit?: number; cursor?: string; format?: "json" | "csv" }; output: { items: Array<{ personId: string; name: string; email: string; state: "invited" | "active" | "disabled"; source: "manual" | "oidc" }>; nextCursor: string | null } };
  /** Groups of the organization */
  listGroups: { input: { limit?: number; cursor?: string; format?: "json" | "csv" }; output: { items: Array<{ id: string; name: string; oidcGroup: string | null; memberCount: number; createdAt: string; version: number }>; nextCursor: string | null } };
  /** Sizes of compute with their prices */
  listHardwareTiers: { input: Record<never, never>; output: { items: Array<{ id: string; name: string; targetId: string; cpuCores: number | null; memoryBytes: number | null; gpus: number; pricePerHour: number; currency: string; isDefault: boolean; state: "enabled" | "disabled"; version: number }> } };
  /** Jobs that you may see, newest first */
  listJobs: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null }>; nextCursor: string | null } };
  /** People, groups and service accounts with a role in the project */
  listMembers: { input: { project: string }; output: { items: Array<{ subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; memberCount: number | null; createdAt: string; expiresAt: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" }> } };
  /** Names of metrics that runs of the project have, for column pickers */
  listMetricKeys: { input: { project: string; search?: string; limit?: number }; output: { items: Array<string> } };
  /** Registered models that you may see, in all projects, newest first */
  listModels: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; search?: string }; output: { items: Array<{ id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number }>; nextCursor: string | null } };
  /** Names of params that runs of the project have, for column pickers */
  listParamKeys: { input: { project: string; search?: string; limit?: number }; output: { items: Array<string> } };
  /** People of the organization */
  listPeople: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null }>; nextCursor: string | null } };
  /** Which channels are protected, and which aliases stand for them */
  listPolicies: { input: Record<never, never>; output: { channels: Array<{ name: "beta" | "prod"; protected: boolean; aliases: Array<string> }> } };
  /** Jobs of a project, newest first */
  listProjectJobs: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null }>; nextCursor: string | null } };
  /** Registered models of a project, newest first */
  listProjectModels: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; search?: string }; output: { items: Array<{ id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number }>; nextCursor: string | null } };
  /** Workspaces of a project, newest first */
  listProjectWorkspaces: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null }>; nextCursor: string | null } };
  /** Projects that you may see */
  listProjects: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; search?: string; folder?: string }; output: { items: Array<{ id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; folderName: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number }>; nextCursor: string | null } };
  /** Files of a folder at a revision */
  listRepoTree: { input: { project: string; path?: string; revision?: string }; output: { commit: string | null; items: Array<{ name: string; path: string; type: "file" | "folder" | "link" | "submodule"; sizeBytes: number | null }> } };
  /** Reproductions that you may see, newest first */
  listReproductions: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; subject?: string; project?: string }; output: { items: Array<{ id: string; projectId: string; subject: string; jobId: string; newJobId: string | null; state: "rebuilding" | "comparing" | "scoring" | "finished"; verdict: "verified" | "tolerated" | "diverged" | "impossible" | null; cause: "job-not-succeeded" | "nothing-recorded" | "nothing-to-compare" | "run-not-finished" | "record-changed" | "commit-missing" | "patch-missing" | "environment-not-recorded" | "environment-not-usable" | "environment-changed" | "data-changed" | "result-changed" | "rebuild-failed" | "rebuild-stopped" | "scoring-failed" | "no-job" | null; causeDetail: string | null; compared: { runs: number; parameters: number; metrics: number; points: number; files: number; models: number; predictions: number; excluded: Array<string> } | null; differences: Array<{ what: string; was: string | null; is: string | null; relative: number | null; tolerated: boolean }>; createdBy: string; createdByName: string; createdAt: string; finishedAt: string | null }>; nextCursor: string | null } };
  /** Roles as sets of actions */
  listRoles: { input: Record<never, never>; output: { project: Record<string, Array<string>>; organization: Record<string, Array<string>> } };
  /** Metrics of a run: newest value and number of points */
  listRunMetrics: { input: { run: string }; output: { items: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }> } };
  /** Runs of a project: filtered, sorted, a page at a time */
  listRuns: { input: { project: string; limit?: number; cursor?: string; format?: "json" | "csv"; experiment?: string; filter?: string; sort?: string }; output: { items: Array<{ id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } }>; nextCursor: string | null } };
  /** Tokens of a service account with their last use */
  listServiceAccountTokens: { input: { serviceAccount: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; name: string; projectId: string | null; actions: Array<string> | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null }>; nextCursor: string | null } };
  /** Service accounts that you may see: those of your projects; administrators and auditors see all */
  listServiceAccounts: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; project?: string }; output: { items: Array<{ id: string; name: string; description: string; projectId: string | null; projectName: string | null; state: "active" | "disabled"; tokenCount: number; lastUsedAt: string | null; createdBy: string; createdByName: string; createdAt: string }>; nextCursor: string | null } };
  /** Where you are signed in */
  listSessions: { input: Record<never, never>; output: { items: Array<{ id: string; device: string; address: string | null; current: boolean; createdAt: string; lastSeenAt: string; expiresAt: string }> } };
  /** Where a person is signed in */
  listSessionsOfPerson: { input: { user: string }; output: { items: Array<{ id: string; device: string; address: string | null; current: boolean; createdAt: string; lastSeenAt: string; expiresAt: string }> } };
  /** Files of a snapshot */
  listSnapshotFiles: { input: { snapshot: string }; output: { items: Array<{ path: string; sha256: string; sizeBytes: number }> } };
  /** Snapshots of a dataset, newest first */
  listSnapshots: { input: { dataset: string; limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; datasetId: string; projectId: string; number: number; digest: string; fileCount: number; sizeBytes: number; message: string; profile: { state: "pending" | "ready" | "failed" | "unsupported"; reason?: string; tables?: Array<{ path: string; rowCount: number; columns: Array<{ name: string; type: string; count: number; nullCount: number; distinctCount: number; min: string | null; max: string | null; mean: number | null; standardDeviation: number | null; quartiles: Array<number> | null; histogram: Array<{ from: number; to: number; count: number }> | null; topValues: Array<{ value: string; count: number }> | null }> }> }; createdBy: string; createdAt: string }>; nextCursor: string | null } };
  /** The arc: every change of stage or status, oldest first */
  listStageChanges: { input: { project: string }; output: { items: Array<{ id: string; fromStage: string | null; toStage: string; fromStatus: string | null; toStatus: string; reason: string; changedBy: string; changedByName: string; changedAt: string }> } };
  /** Templates that a project can begin with */
  listTemplates: { input: { limit?: number; cursor?: string; format?: "json" | "csv" }; output: { items: Array<{ name: string; title: string; description: string; language: string; version: string }>; nextCursor: string | null } };
  /** Your tokens with their last use */
  listTokens: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; name: string; projectId: string | null; actions: Array<string> | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null }>; nextCursor: string | null } };
  /** Files of a version in one folder */
  listVersionArtifacts: { input: { project: string; name: string; version: string; path?: string }; output: { items: Array<{ path: string; isFolder: boolean; sizeBytes: number | null }> } };
  /** Versions of a model, newest first, with the metrics of their runs and their approvals */
  listVersions: { input: { project: string; name: string; limit?: number; cursor?: string; format?: "json" | "csv" }; output: { items: Array<{ id: string; modelId: string; modelName: string; projectId: string; projectSlug: string; number: number; state: "ready" | "deleted"; stage: "none" | "staging" | "production" | "archived"; digest: string; sizeBytes: number; fileCount: number; flavors: Record<string, unknown>; signature: { inputs: Array<unknown> | null; outputs: Array<unknown> | null; params: Array<unknown> | null } | null; source: { kind: "run" | "logged-model" | "version"; runId: string | null; runName: string | null; loggedModelId: string | null; versionId: string | null; path: string }; metrics: Array<{ key: string; value: unknown }>; description: string; tags: Record<string, string>; aliases: Array<string>; approval: { id: string; channel: string; state: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string }>; nextCursor: string | null } };
  /** All that runs or ran and that you may see, newest first */
  listWorkloads: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string; alive?: boolean }; output: { items: Array<{ id: string; kind: string; subject: string; projectId: string | null; ownerId: string; name: string; state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; attempt: number; tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number }; pricePerHour: number; currency: string; cost: { amount: number; currency: string }; host: string | null; isolation: string | null; exitCode: number | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; queuedAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null }>; nextCursor: string | null } };
  /** Tools that a workspace can be started with */
  listWorkspaceTools: { input: Record<never, never>; output: { items: Array<{ name: string; title: string }> } };
  /** Workspaces that you may see, newest first */
  listWorkspaces: { input: { limit?: number; cursor?: string; format?: "json" | "csv"; sort?: string; filter?: string }; output: { items: Array<{ id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null }>; nextCursor: string | null } };
  /** Upload one content under its SHA-256 */
  putBlob: { input: { project: string; sha256: string; body: BodyInit }; output: { sha256: string; sizeBytes: number } };
  /** Give somebody a role in every project below, in place of the one they had on this folder */
  putFolderMember: { input: { folder: string; body: { subjectId?: string; email?: string; expiresAt?: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" } }; output: { subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; memberCount: number | null; createdAt: string; expiresAt: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" } };
  /** Give somebody a role in the project, in place of the one they had */
  putMember: { input: { project: string; body: { subjectId?: string; email?: string; expiresAt?: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" } }; output: { subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; memberCount: number | null; createdAt: string; expiresAt: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" } };
  /** Register what a run logged as a new version */
  registerVersion: { input: { project: string; name: string; body: { runId?: string; path?: string; loggedModelId?: string; copyOf?: string; description?: string; tags?: Record<string, string> } }; output: { id: string; modelId: string; modelName: string; projectId: string; projectSlug: string; number: number; state: "ready" | "deleted"; stage: "none" | "staging" | "production" | "archived"; digest: string; sizeBytes: number; fileCount: number; flavors: Record<string, unknown>; signature: { inputs: Array<unknown> | null; outputs: Array<unknown> | null; params: Array<unknown> | null } | null; source: { kind: "run" | "logged-model" | "version"; runId: string | null; runName: string | null; loggedModelId: string | null; versionId: string | null; path: string }; metrics: Array<{ key: string; value: unknown }>; description: string; tags: Record<string, string>; aliases: Array<string>; approval: { id: string; channel: string; state: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string } };
  /** Take the role on a folder away */
  removeFolderMember: { input: { folder: string; subject: string }; output: void };
  /** Take a person out of a group */
  removeGroupMember: { input: { group: string; person: string }; output: void };
  /** Take the role away */
  removeMember: { input: { project: string; subject: string }; output: void };
  /** Take an alias away */
  removeModelAlias: { input: { project: string; name: string; alias: string }; output: void };
  /** Make again what a job made, and compare */
  reproduceJob: { input: { job: string }; output: { id: string; projectId: string; subject: string; jobId: string; newJobId: string | null; state: "rebuilding" | "comparing" | "scoring" | "finished"; verdict: "verified" | "tolerated" | "diverged" | "impossible" | null; cause: "job-not-succeeded" | "nothing-recorded" | "nothing-to-compare" | "run-not-finished" | "record-changed" | "commit-missing" | "patch-missing" | "environment-not-recorded" | "environment-not-usable" | "environment-changed" | "data-changed" | "result-changed" | "rebuild-failed" | "rebuild-stopped" | "scoring-failed" | "no-job" | null; causeDetail: string | null; compared: { runs: number; parameters: number; metrics: number; points: number; files: number; models: number; predictions: number; excluded: Array<string> } | null; differences: Array<{ what: string; was: string | null; is: string | null; relative: number | null; tolerated: boolean }>; createdBy: string; createdByName: string; createdAt: string; finishedAt: string | null } };
  /** Ask for a model version to be let into a protected channel */
  requestApproval: { input: { body: { subject: string; channel: "beta" | "prod"; project?: string } }; output: { id: string; projectId: string; projectSlug: string; projectName: string; subject: string; subjectRef: string; digest: string; channel: "beta" | "prod"; state: "pending" | "approved" | "rejected" | "withdrawn"; authors: Array<{ id: string; name: string }>; requestedBy: { id: string; name: string }; requestedAt: string; decidedBy: { id: string; name: string } | null; decidedAt: string | null; comment: string; evidenceSha256: string | null; waitsForMe: boolean; whyNotMe: string | null } };
  /** The same again: command, commit, patch, environment revision and inputs */
  rerunJob: { input: { job: string }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Make a token of a service account worthless, in every server within five seconds */
  revokeServiceAccountToken: { input: { serviceAccount: string; token: string }; output: void };
  /** Make a token worthless, in every server within five seconds */
  revokeToken: { input: { token: string }; output: void };
  /** Point an alias at a version; prod, production and champion only at an approved one */
  setModelAlias: { input: { project: string; name: string; alias: string; body: { version: number } }; output: { id: string; projectId: string; projectSlug: string; name: string; description: string; intendedUse: string; tags: Record<string, string>; owner: { id: string; name: string }; aliases: Array<{ alias: string; version: number; protected: boolean }>; versionCount: number; newestVersion: { id: string; number: number; createdAt: string } | null; createdBy: { id: string; name: string }; createdAt: string; updatedAt: string; version: number } };
  /** Sign in with a password; sets the session cookie */
  signIn: { input: { body: { email: string; password: string } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Sign in with a one-time link; sets the session cookie */
  signInByTicket: { input: { body: { ticket: string } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** End the session of the cookie */
  signOut: { input: Record<never, never>; output: void };
  /** Ask for a sign-in that a person approves in a browser */
  startDeviceSignIn: { input: { body: { name?: string } }; output: { deviceCode: string; userCode: string; verificationUrl: string; verificationUrlComplete: string; expiresAt: string; intervalSeconds: number } };
  /** Run a command on a commit, in an environment, with named inputs */
  startJob: { input: { project: string; body: { command: string | Array<string>; name?: string; commit?: string; patch?: string; environment?: string; hardwareTier?: string; inputs?: Array<{ name: string; snapshotId: string }>; variables?: Record<string, string>; timeoutSeconds?: number; retries?: number } }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Start a new session on the files that were kept */
  startWorkspace: { input: { workspace: string }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** End it with all its processes */
  stopWorkload: { input: { workload: string }; output: { id: string; kind: string; subject: string; projectId: string | null; ownerId: string; name: string; state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; attempt: number; tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number }; pricePerHour: number; currency: string; cost: { amount: number; currency: string }; host: string | null; isolation: string | null; exitCode: number | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; queuedAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** End the session; files are kept */
  stopWorkspace: { input: { workspace: string }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** Live stream of what you may see (server-sent events) */
  streamEvents: { input: { after?: number; project?: string; timeoutSeconds?: number }; output: Response };
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
  addGroupMember: { method: 'POST', path: '/api/v1/groups/{group}/members', inPath: ['group'], inQuery: [], body: 'json', answer: 'json' },
  beginProviderSignIn: { method: 'GET', path: '/api/v1/session/oidc', inPath: [], inQuery: ['next'], body: 'none', answer: 'none' },
  buildEnvironmentRevision: { method: 'POST', path: '/api/v1/environments/{environment}/revisions', inPath: ['environment'], inQuery: [], body: 'json', answer: 'json' },
  cancelJob: { method: 'POST', path: '/api/v1/jobs/{job}/cancel', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  changeEnvironmentRevision: { method: 'PATCH', path: '/api/v1/environment-revisions/{revision}', inPath: ['revision'], inQuery: [], body: 'json', answer: 'json' },
  changeFolder: { method: 'PATCH', path: '/api/v1/folders/{folder}', inPath: ['folder'], inQuery: [], body: 'json', answer: 'json' },
  changeGoal: { method: 'PATCH', path: '/api/v1/projects/{project}/goals/{goal}', inPath: ['project', 'goal'], inQuery: [], body: 'json', answer: 'json' },
  changeGroup: { method: 'PATCH', path: '/api/v1/groups/{group}', inPath: ['group'], inQuery: [], body: 'json', answer: 'json' },
  changeHardwareTier: { method: 'PATCH', path: '/api/v1/hardware-tiers/{tier}', inPath: ['tier'], inQuery: [], body: 'json', answer: 'json' },
  changeMe: { method: 'PATCH', path: '/api/v1/me', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  changeModel: { method: 'PATCH', path: '/api/v1/projects/{project}/models/{name}', inPath: ['project', 'name'], inQuery: [], body: 'json', answer: 'json' },
  changePerson: { method: 'PATCH', path: '/api/v1/users/{user}', inPath: ['user'], inQuery: [], body: 'json', answer: 'json' },
  changeProject: { method: 'PATCH', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  changeRun: { method: 'PATCH', path: '/api/v1/runs/{run}', inPath: ['run'], inQuery: [], body: 'json', answer: 'json' },
  changeServiceAccount: { method: 'PATCH', path: '/api/v1/service-accounts/{serviceAccount}', inPath: ['serviceAccount'], inQuery: [], body: 'json', answer: 'json' },
  changeStage: { method: 'POST', path: '/api/v1/projects/{project}/stage', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  changeVersion: { method: 'PATCH', path: '/api/v1/projects/{project}/models/{name}/versions/{version}', inPath: ['project', 'name', 'version'], inQuery: [], body: 'json', answer: 'json' },
  createDataset: { method: 'POST', path: '/api/v1/projects/{project}/datasets', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  createEnvironment: { method: 'POST', path: '/api/v1/environments', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createExperiment: { method: 'POST', path: '/api/v1/projects/{project}/experiments', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  createFolder: { method: 'POST', path: '/api/v1/folders', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createGroup: { method: 'POST', path: '/api/v1/groups', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createHardwareTier: { method: 'POST', path: '/api/v1/hardware-tiers', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createModel: { method: 'POST', path: '/api/v1/projects/{project}/models', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  createPerson: { method: 'POST', path: '/api/v1/users', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createProject: { method: 'POST', path: '/api/v1/projects', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createServiceAccount: { method: 'POST', path: '/api/v1/service-accounts', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createServiceAccountToken: { method: 'POST', path: '/api/v1/service-accounts/{serviceAccount}/tokens', inPath: ['serviceAccount'], inQuery: [], body: 'json', answer: 'json' },
  createSnapshot: { method: 'POST', path: '/api/v1/projects/{project}/datasets/{dataset}/snapshots', inPath: ['project', 'dataset'], inQuery: [], body: 'raw', answer: 'json' },
  createToken: { method: 'POST', path: '/api/v1/tokens', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createWorkspace: { method: 'POST', path: '/api/v1/projects/{project}/workspaces', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  decideApproval: { method: 'POST', path: '/api/v1/approvals/{approval}/decision', inPath: ['approval'], inQuery: [], body: 'json', answer: 'json' },
  decideDeviceSignIn: { method: 'POST', path: '/api/v1/session/device/{code}/decision', inPath: ['code'], inQuery: [], body: 'json', answer: 'none' },
  deleteFolder: { method: 'DELETE', path: '/api/v1/folders/{folder}', inPath: ['folder'], inQuery: [], body: 'none', answer: 'none' },
  deleteGroup: { method: 'DELETE', path: '/api/v1/groups/{group}', inPath: ['group'], inQuery: [], body: 'none', answer: 'none' },
  deleteModel: { method: 'DELETE', path: '/api/v1/projects/{project}/models/{name}', inPath: ['project', 'name'], inQuery: [], body: 'none', answer: 'none' },
  deleteProject: { method: 'DELETE', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'none', answer: 'none' },
  deleteRun: { method: 'DELETE', path: '/api/v1/runs/{run}', inPath: ['run'], inQuery: [], body: 'none', answer: 'none' },
  deleteServiceAccount: { method: 'DELETE', path: '/api/v1/service-accounts/{serviceAccount}', inPath: ['serviceAccount'], inQuery: [], body: 'none', answer: 'none' },
  deleteVersion: { method: 'DELETE', path: '/api/v1/projects/{project}/models/{name}/versions/{version}', inPath: ['project', 'name', 'version'], inQuery: [], body: 'none', answer: 'none' },
  deleteWorkspace: { method: 'DELETE', path: '/api/v1/workspaces/{workspace}', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'none' },
  endOtherSessions: { method: 'DELETE', path: '/api/v1/sessions', inPath: [], inQuery: [], body: 'none', answer: 'none' },
  endSession: { method: 'DELETE', path: '/api/v1/sessions/{session}', inPath: ['session'], inQuery: [], body: 'none', answer: 'none' },
  endSessionOfPerson: { method: 'DELETE', path: '/api/v1/users/{user}/sessions/{session}', inPath: ['user', 'session'], inQuery: [], body: 'none', answer: 'none' },
  endSessionsOfPerson: { method: 'DELETE', path: '/api/v1/users/{user}/sessions', inPath: ['user'], inQuery: [], body: 'none', answer: 'none' },
  enterWorkspace: { method: 'POST', path: '/api/v1/workspaces/{workspace}/entry', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  finishDeviceSignIn: { method: 'POST', path: '/api/v1/session/device/token', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  finishProviderSignIn: { method: 'GET', path: '/api/v1/session/oidc/callback', inPath: [], inQuery: [], body: 'none', answer: 'none' },
  getApproval: { method: 'GET', path: '/api/v1/approvals/{approval}', inPath: ['approval'], inQuery: [], body: 'none', answer: 'json' },
  getArtifact: { method: 'GET', path: '/api/v1/runs/{run}/artifact', inPath: ['run'], inQuery: ['path'], body: 'none', answer: 'stream' },
  getBlob: { method: 'GET', path: '/api/v1/projects/{project}/blobs/{sha256}', inPath: ['project', 'sha256'], inQuery: [], body: 'none', answer: 'json' },
  getDataset: { method: 'GET', path: '/api/v1/datasets/{dataset}', inPath: ['dataset'], inQuery: [], body: 'none', answer: 'json' },
  getDeviceSignIn: { method: 'GET', path: '/api/v1/session/device/{code}', inPath: ['code'], inQuery: [], body: 'none', answer: 'json' },
  getEnvironment: { method: 'GET', path: '/api/v1/environments/{environment}', inPath: ['environment'], inQuery: [], body: 'none', answer: 'json' },
  getEnvironmentRevision: { method: 'GET', path: '/api/v1/environment-revisions/{revision}', inPath: ['revision'], inQuery: [], body: 'none', answer: 'json' },
  getFolder: { method: 'GET', path: '/api/v1/folders/{folder}', inPath: ['folder'], inQuery: [], body: 'none', answer: 'json' },
  getGroup: { method: 'GET', path: '/api/v1/groups/{group}', inPath: ['group'], inQuery: [], body: 'none', answer: 'json' },
  getJob: { method: 'GET', path: '/api/v1/jobs/{job}', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  getJobLogs: { method: 'GET', path: '/api/v1/jobs/{job}/logs', inPath: ['job'], inQuery: ['follow'], body: 'none', answer: 'stream' },
  getLineage: { method: 'GET', path: '/api/v1/lineage', inPath: [], inQuery: ['node', 'depth'], body: 'none', answer: 'json' },
  getMe: { method: 'GET', path: '/api/v1/me', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getMetricHistory: { method: 'GET', path: '/api/v1/runs/{run}/metrics/history', inPath: ['run'], inQuery: ['key', 'points'], body: 'none', answer: 'json' },
  getModel: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}', inPath: ['project', 'name'], inQuery: [], body: 'none', answer: 'json' },
  getModelCard: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions/{version}/card', inPath: ['project', 'name', 'version'], inQuery: [], body: 'none', answer: 'json' },
  getModelOfDefaultProject: { method: 'GET', path: '/api/v1/models/{name}', inPath: ['name'], inQuery: [], body: 'none', answer: 'json' },
  getOpenApi: { method: 'GET', path: '/api/v1/openapi.json', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getPerson: { method: 'GET', path: '/api/v1/users/{user}', inPath: ['user'], inQuery: [], body: 'none', answer: 'json' },
  getPrediction: { method: 'GET', path: '/api/v1/predictions/{prediction}', inPath: ['prediction'], inQuery: [], body: 'none', answer: 'json' },
  getProject: { method: 'GET', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  getRepo: { method: 'GET', path: '/api/v1/projects/{project}/repo', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  getRepoFile: { method: 'GET', path: '/api/v1/projects/{project}/repo/file', inPath: ['project'], inQuery: ['path', 'revision'], body: 'none', answer: 'json' },
  getReproduction: { method: 'GET', path: '/api/v1/reproductions/{reproduction}', inPath: ['reproduction'], inQuery: [], body: 'none', answer: 'json' },
  getRun: { method: 'GET', path: '/api/v1/runs/{run}', inPath: ['run'], inQuery: [], body: 'none', answer: 'json' },
  getServiceAccount: { method: 'GET', path: '/api/v1/service-accounts/{serviceAccount}', inPath: ['serviceAccount'], inQuery: [], body: 'none', answer: 'json' },
  getSessionOptions: { method: 'GET', path: '/api/v1/session/options', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getSnapshot: { method: 'GET', path: '/api/v1/snapshots/{snapshot}', inPath: ['snapshot'], inQuery: [], body: 'none', answer: 'json' },
  getSnapshotFile: { method: 'GET', path: '/api/v1/snapshots/{snapshot}/content', inPath: ['snapshot'], inQuery: ['path'], body: 'none', answer: 'stream' },
  getTemplate: { method: 'GET', path: '/api/v1/templates/{template}', inPath: ['template'], inQuery: [], body: 'none', answer: 'json' },
  getVersion: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions/{version}', inPath: ['project', 'name', 'version'], inQuery: [], body: 'none', answer: 'json' },
  getVersionArtifact: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions/{version}/artifact', inPath: ['project', 'name', 'version'], inQuery: ['path'], body: 'none', answer: 'stream' },
  getVersionLineage: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions/{version}/lineage', inPath: ['project', 'name', 'version'], inQuery: ['depth'], body: 'none', answer: 'json' },
  getVersionOfDefaultProject: { method: 'GET', path: '/api/v1/models/{name}/versions/{version}', inPath: ['name', 'version'], inQuery: [], body: 'none', answer: 'json' },
  getVersionPackage: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions/{version}/package', inPath: ['project', 'name', 'version'], inQuery: ['format'], body: 'none', answer: 'stream' },
  getWorkload: { method: 'GET', path: '/api/v1/workloads/{workload}', inPath: ['workload'], inQuery: [], body: 'none', answer: 'json' },
  getWorkloadLogs: { method: 'GET', path: '/api/v1/workloads/{workload}/logs', inPath: ['workload'], inQuery: ['follow'], body: 'none', answer: 'stream' },
  getWorkspace: { method: 'GET', path: '/api/v1/workspaces/{workspace}', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  listActivity: { method: 'GET', path: '/api/v1/activity', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter', 'verb', 'actor', 'object', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listAliasChanges: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/alias-changes', inPath: ['project', 'name'], inQuery: [], body: 'none', answer: 'json' },
  listApprovals: { method: 'GET', path: '/api/v1/approvals', inPath: [], inQuery: ['limit', 'cursor', 'format', 'mine', 'state', 'project', 'subject'], body: 'none', answer: 'json' },
  listArtifacts: { method: 'GET', path: '/api/v1/runs/{run}/artifacts', inPath: ['run'], inQuery: ['path'], body: 'none', answer: 'json' },
  listAuditEvents: { method: 'GET', path: '/api/v1/audit', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter', 'verb', 'actor', 'object', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listCommits: { method: 'GET', path: '/api/v1/projects/{project}/repo/commits', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'revision'], body: 'none', answer: 'json' },
  listComputeTargets: { method: 'GET', path: '/api/v1/compute-targets', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listDatasets: { method: 'GET', path: '/api/v1/projects/{project}/datasets', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listEnvironmentRevisions: { method: 'GET', path: '/api/v1/environments/{environment}/revisions', inPath: ['environment'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listEnvironments: { method: 'GET', path: '/api/v1/environments', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter', 'project'], body: 'none', answer: 'json' },
  listExperiments: { method: 'GET', path: '/api/v1/projects/{project}/experiments', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listFolderMembers: { method: 'GET', path: '/api/v1/folders/{folder}/members', inPath: ['folder'], inQuery: [], body: 'none', answer: 'json' },
  listFolders: { method: 'GET', path: '/api/v1/folders', inPath: [], inQuery: ['limit', 'cursor', 'format', 'parent'], body: 'none', answer: 'json' },
  listGoals: { method: 'GET', path: '/api/v1/projects/{project}/goals', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listGroupMembers: { method: 'GET', path: '/api/v1/groups/{group}/members', inPath: ['group'], inQuery: ['limit', 'cursor', 'format'], body: 'none', answer: 'json' },
  listGroups: { method: 'GET', path: '/api/v1/groups', inPath: [], inQuery: ['limit', 'cursor', 'format'], body: 'none', answer: 'json' },
  listHardwareTiers: { method: 'GET', path: '/api/v1/hardware-tiers', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listJobs: { method: 'GET', path: '/api/v1/jobs', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listMembers: { method: 'GET', path: '/api/v1/projects/{project}/members', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listMetricKeys: { method: 'GET', path: '/api/v1/projects/{project}/metric-keys', inPath: ['project'], inQuery: ['search', 'limit'], body: 'none', answer: 'json' },
  listModels: { method: 'GET', path: '/api/v1/models', inPath: [], inQuery: ['limit', 'cursor', 'format', 'search'], body: 'none', answer: 'json' },
  listParamKeys: { method: 'GET', path: '/api/v1/projects/{project}/param-keys', inPath: ['project'], inQuery: ['search', 'limit'], body: 'none', answer: 'json' },
  listPeople: { method: 'GET', path: '/api/v1/users', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listPolicies: { method: 'GET', path: '/api/v1/policies', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listProjectJobs: { method: 'GET', path: '/api/v1/projects/{project}/jobs', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listProjectModels: { method: 'GET', path: '/api/v1/projects/{project}/models', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'search'], body: 'none', answer: 'json' },
  listProjectWorkspaces: { method: 'GET', path: '/api/v1/projects/{project}/workspaces', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listProjects: { method: 'GET', path: '/api/v1/projects', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter', 'status', 'stage', 'search', 'folder'], body: 'none', answer: 'json' },
  listRepoTree: { method: 'GET', path: '/api/v1/projects/{project}/repo/tree', inPath: ['project'], inQuery: ['path', 'revision'], body: 'none', answer: 'json' },
  listReproductions: { method: 'GET', path: '/api/v1/reproductions', inPath: [], inQuery: ['limit', 'cursor', 'format', 'subject', 'project'], body: 'none', answer: 'json' },
  listRoles: { method: 'GET', path: '/api/v1/access/roles', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listRunMetrics: { method: 'GET', path: '/api/v1/runs/{run}/metrics', inPath: ['run'], inQuery: [], body: 'none', answer: 'json' },
  listRuns: { method: 'GET', path: '/api/v1/projects/{project}/runs', inPath: ['project'], inQuery: ['limit', 'cursor', 'format', 'experiment', 'filter', 'sort'], body: 'none', answer: 'json' },
  listServiceAccountTokens: { method: 'GET', path: '/api/v1/service-accounts/{serviceAccount}/tokens', inPath: ['serviceAccount'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listServiceAccounts: { method: 'GET', path: '/api/v1/service-accounts', inPath: [], inQuery: ['limit', 'cursor', 'format', 'project'], body: 'none', answer: 'json' },
  listSessions: { method: 'GET', path: '/api/v1/sessions', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listSessionsOfPerson: { method: 'GET', path: '/api/v1/users/{user}/sessions', inPath: ['user'], inQuery: [], body: 'none', answer: 'json' },
  listSnapshotFiles: { method: 'GET', path: '/api/v1/snapshots/{snapshot}/files', inPath: ['snapshot'], inQuery: [], body: 'none', answer: 'json' },
  listSnapshots: { method: 'GET', path: '/api/v1/datasets/{dataset}/snapshots', inPath: ['dataset'], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listStageChanges: { method: 'GET', path: '/api/v1/projects/{project}/stages', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listTemplates: { method: 'GET', path: '/api/v1/templates', inPath: [], inQuery: ['limit', 'cursor', 'format'], body: 'none', answer: 'json' },
  listTokens: { method: 'GET', path: '/api/v1/tokens', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  listVersionArtifacts: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions/{version}/artifacts', inPath: ['project', 'name', 'version'], inQuery: ['path'], body: 'none', answer: 'json' },
  listVersions: { method: 'GET', path: '/api/v1/projects/{project}/models/{name}/versions', inPath: ['project', 'name'], inQuery: ['limit', 'cursor', 'format'], body: 'none', answer: 'json' },
  listWorkloads: { method: 'GET', path: '/api/v1/workloads', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter', 'alive'], body: 'none', answer: 'json' },
  listWorkspaceTools: { method: 'GET', path: '/api/v1/workspace-tools', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listWorkspaces: { method: 'GET', path: '/api/v1/workspaces', inPath: [], inQuery: ['limit', 'cursor', 'format', 'sort', 'filter'], body: 'none', answer: 'json' },
  putBlob: { method: 'PUT', path: '/api/v1/projects/{project}/blobs/{sha256}', inPath: ['project', 'sha256'], inQuery: [], body: 'raw', answer: 'json' },
  putFolderMember: { method: 'POST', path: '/api/v1/folders/{folder}/members', inPath: ['folder'], inQuery: [], body: 'json', answer: 'json' },
  putMember: { method: 'POST', path: '/api/v1/projects/{project}/members', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  registerVersion: { method: 'POST', path: '/api/v1/projects/{project}/models/{name}/versions', inPath: ['project', 'name'], inQuery: [], body: 'json', answer: 'json' },
  removeFolderMember: { method: 'DELETE', path: '/api/v1/folders/{folder}/members/{subject}', inPath: ['folder', 'subject'], inQuery: [], body: 'none', answer: 'none' },
  removeGroupMember: { method: 'DELETE', path: '/api/v1/groups/{group}/members/{person}', inPath: ['group', 'person'], inQuery: [], body: 'none', answer: 'none' },
  removeMember: { method: 'DELETE', path: '/api/v1/projects/{project}/members/{subject}', inPath: ['project', 'subject'], inQuery: [], body: 'none', answer: 'none' },
  removeModelAlias: { method: 'DELETE', path: '/api/v1/projects/{project}/models/{name}/aliases/{alias}', inPath: ['project', 'name', 'alias'], inQuery: [], body: 'none', answer: 'none' },
  reproduceJob: { method: 'POST', path: '/api/v1/jobs/{job}/reproduce', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  requestApproval: { method: 'POST', path: '/api/v1/approvals', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  rerunJob: { method: 'POST', path: '/api/v1/jobs/{job}/rerun', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  revokeServiceAccountToken: { method: 'DELETE', path: '/api/v1/service-accounts/{serviceAccount}/tokens/{token}', inPath: ['serviceAccount', 'token'], inQuery: [], body: 'none', answer: 'none' },
  revokeToken: { method: 'DELETE', path: '/api/v1/tokens/{token}', inPath: ['token'], inQuery: [], body: 'none', answer: 'none' },
  setModelAlias: { method: 'PUT', path: '/api/v1/projects/{project}/models/{name}/aliases/{alias}', inPath: ['project', 'name', 'alias'], inQuery: [], body: 'json', answer: 'json' },
  signIn: { method: 'POST', path: '/api/v1/session', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  signInByTicket: { method: 'POST', path: '/api/v1/session/ticket', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  signOut: { method: 'DELETE', path: '/api/v1/session', inPath: [], inQuery: [], body: 'none', answer: 'none' },
  startDeviceSignIn: { method: 'POST', path: '/api/v1/session/device', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  startJob: { method: 'POST', path: '/api/v1/projects/{project}/jobs', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  startWorkspace: { method: 'POST', path: '/api/v1/workspaces/{workspace}/start', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  stopWorkload: { method: 'POST', path: '/api/v1/workloads/{workload}/stop', inPath: ['workload'], inQuery: [], body: 'none', answer: 'json' },
  stopWorkspace: { method: 'POST', path: '/api/v1/workspaces/{workspace}/stop', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  streamEvents: { method: 'GET', path: '/api/v1/events', inPath: [], inQuery: ['after', 'project', 'timeoutSeconds'], body: 'none', answer: 'stream' },
  verifyAudit: { method: 'GET', path: '/api/v1/audit/verify', inPath: [], inQuery: [], body: 'none', answer: 'json' },
};
