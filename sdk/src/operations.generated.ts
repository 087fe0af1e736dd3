// Generated from openapi.json by `npm run gen`. Do not edit.

/** Input and output of every operation of the API, by operationId. */
export interface Operations {
  /** Add a goal with the metric by which one will know */
  addGoal: { input: { project: string; body: { title: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string } }; output: { id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number } };
  /** Resolve packages to a lock with hashes and build it once */
  buildEnvironmentRevision: { input: { environment: string; body: { python?: string; packages: Array<string>; systemPackages?: Array<string>; variables?: Record<string, string> } }; output: { id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string } };
  /** End a job with all its processes */
  cancelJob: { input: { job: string }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Deprecate or restrict a revision, or make it ready again */
  changeEnvironmentRevision: { input: { revision: string; body: { state: "ready" | "deprecated" | "restricted"; reason?: string } }; output: { id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string } };
  /** Change a goal or its state */
  changeGoal: { input: { project: string; goal: string; body: { title?: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string; state?: "open" | "met" | "missed" | "dropped" } }; output: { id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number } };
  /** Change size, price or state; what runs keeps the price it started with */
  changeHardwareTier: { input: { tier: string; body: { name?: string; cpuCores?: number | null; memoryBytes?: number | null; gpus?: number; pricePerHour?: number; currency?: string; isDefault?: boolean; state?: "enabled" | "disabled" } }; output: { id: string; name: string; targetId: string; cpuCores: number | null; memoryBytes: number | null; gpus: number; pricePerHour: number; currency: string; isDefault: boolean; state: "enabled" | "disabled"; version: number } };
  /** Change your name, default project or password */
  changeMe: { input: { body: { name?: string; defaultProject?: string | null; currentPassword?: string; password?: string } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Rename, change the role, disable or enable */
  changePerson: { input: { user: string; body: { name?: string; role?: "admin" | "member" | "auditor"; state?: "active" | "disabled" } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Change name, slug, description, visibility, stage or status */
  changeProject: { input: { project: string; body: { name?: string; slug?: string; description?: string; visibility?: "private" | "searchable"; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; reason?: string } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Change name, notes or tags */
  changeRun: { input: { run: string; body: { name?: string; notes?: string; tags?: Array<{ key: string; value: string }> } }; output: { id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } } };
  /** Move a project in its arc, with the reason */
  changeStage: { input: { project: string; body: { stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; reason?: string } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Make a dataset; its states are snapshots */
  createDataset: { input: { project: string; body: { name: string; description?: string } }; output: { id: string; projectId: string; name: string; description: string; createdBy: string; createdAt: string; newestSnapshot: { id: string; number: number; digest: string; sizeBytes: number; fileCount: number } | null } };
  /** Make an environment, of a project or shared with all */
  createEnvironment: { input: { body: { name: string; projectId?: string; description?: string } }; output: { id: string; projectId: string | null; name: string; description: string; createdBy: string; createdAt: string; newestRevision: { id: string; number: number; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; digest: string | null } | null } };
  /** Make an experiment: a group of runs */
  createExperiment: { input: { project: string; body: { name: string } }; output: { id: string; projectId: string; name: string; lifecycle: "active" | "deleted"; runCount: number; createdAt: string; updatedAt: string } };
  /** Offer a new size of compute */
  createHardwareTier: { input: { body: { name: string; cpuCores?: number | null; memoryBytes?: number | null; gpus?: number; pricePerHour?: number; currency?: string; isDefault?: boolean } }; output: { id: string; name: string; targetId: string; cpuCores: number | null; memoryBytes: number | null; gpus: number; pricePerHour: number; currency: string; isDefault: boolean; state: "enabled" | "disabled"; version: number } };
  /** Add a person */
  createPerson: { input: { body: { email: string; name?: string; password?: string; role?: "admin" | "member" | "auditor" } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Make a project, empty, from a template or from a git repository */
  createProject: { input: { body: { name: string; slug?: string; description?: string; folderId?: string; template?: string; gitUrl?: string; goal?: { title: string; metric?: string; target?: number; direction?: "maximize" | "minimize"; dueOn?: string }; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; members?: Array<{ email?: string; subjectId?: string; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" }> } }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** Add a snapshot: upload files, or name contents that were put */
  createSnapshot: { input: { project: string; dataset: string; body: BodyInit }; output: { id: string; datasetId: string; projectId: string; number: number; digest: string; fileCount: number; sizeBytes: number; message: string; profile: { state: "pending" | "ready" | "failed" | "unsupported"; reason?: string; tables?: Array<{ path: string; rowCount: number; columns: Array<{ name: string; type: string; count: number; nullCount: number; distinctCount: number; min: string | null; max: string | null; mean: number | null; standardDeviation: number | null; quartiles: Array<number> | null; histogram: Array<{ from: number; to: number; count: number }> | null; topValues: Array<{ value: string; count: number }> | null }> }> }; createdBy: string; createdAt: string } };
  /** Make a token of your own; it is shown once */
  createToken: { input: { body: { name: string; projectId?: string; actions?: Array<string>; expiresAt?: string } }; output: { id: string; name: string; projectId: string | null; actions: Array<string> | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null; token: string } };
  /** Make a workspace and start it */
  createWorkspace: { input: { project: string; body: { tool: string; name?: string; environment?: string; hardwareTier?: string; branch?: string } }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** Move a project to the trash */
  deleteProject: { input: { project: string }; output: void };
  /** Move a run to the trash */
  deleteRun: { input: { run: string }; output: void };
  /** Move a stopped workspace to the trash */
  deleteWorkspace: { input: { workspace: string }; output: void };
  /** A link into the running tool, good once and for a minute */
  enterWorkspace: { input: { workspace: string }; output: { url: string } };
  /** Download a file of a run */
  getArtifact: { input: { run: string; path: string }; output: Response };
  /** Whether the project has that content */
  getBlob: { input: { project: string; sha256: string }; output: { sha256: string; sizeBytes: number } };
  /** One dataset */
  getDataset: { input: { dataset: string }; output: { id: string; projectId: string; name: string; description: string; createdBy: string; createdAt: string; newestSnapshot: { id: string; number: number; digest: string; sizeBytes: number; fileCount: number } | null } };
  /** One environment */
  getEnvironment: { input: { environment: string }; output: { id: string; projectId: string | null; name: string; description: string; createdBy: string; createdAt: string; newestRevision: { id: string; number: number; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; digest: string | null } | null } };
  /** One revision with its lock */
  getEnvironmentRevision: { input: { revision: string }; output: { id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string } };
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
  /** This document */
  getOpenApi: { input: Record<never, never>; output: unknown };
  /** One person */
  getPerson: { input: { user: string }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** One project */
  getProject: { input: { project: string }; output: { id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number } };
  /** The project’s repository: where to clone it, and its head */
  getRepo: { input: { project: string }; output: { cloneUrl: string; branch: string; head: string | null; empty: boolean } };
  /** A file at a revision, as text */
  getRepoFile: { input: { project: string; path: string; revision?: string }; output: { path: string; commit: string; sizeBytes: number; binary: boolean; tooLarge: boolean; text: string | null } };
  /** One run with everything logged and where it came from */
  getRun: { input: { run: string }; output: { id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } } };
  /** How one can sign in here */
  getSessionOptions: { input: Record<never, never>; output: { password: boolean; oidc: { name: string } | null } };
  /** One snapshot with its schema and column statistics */
  getSnapshot: { input: { snapshot: string }; output: { id: string; datasetId: string; projectId: string; number: number; digest: string; fileCount: number; sizeBytes: number; message: string; profile: { state: "pending" | "ready" | "failed" | "unsupported"; reason?: string; tables?: Array<{ path: string; rowCount: number; columns: Array<{ name: string; type: string; count: number; nullCount: number; distinctCount: number; min: string | null; max: string | null; mean: number | null; standardDeviation: number | null; quartiles: Array<number> | null; histogram: Array<{ from: number; to: number; count: number }> | null; topValues: Array<{ value: string; count: number }> | null }> }> }; createdBy: string; createdAt: string } };
  /** Download one file of a snapshot */
  getSnapshotFile: { input: { snapshot: string; path: string }; output: Response };
  /** One template with its readme and files */
  getTemplate: { input: { template: string }; output: { name: string; title: string; description: string; language: string; version: string; goal: { title: string; metric: string | null; target: number | null } | null; readme: string; files: Array<{ path: string; sizeBytes: number }> } };
  /** One workload */
  getWorkload: { input: { workload: string }; output: { id: string; kind: string; subject: string; projectId: string | null; ownerId: string; name: string; state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; attempt: number; tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number }; pricePerHour: number; currency: string; cost: { amount: number; currency: string }; host: string | null; isolation: string | null; exitCode: number | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; queuedAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Its log: whole, a Range, or followed */
  getWorkloadLogs: { input: { workload: string; follow?: boolean }; output: Response };
  /** One workspace */
  getWorkspace: { input: { workspace: string }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** What happened in the projects that you may see, newest first */
  listActivity: { input: { limit?: number; cursor?: string; verb?: string; actor?: string; object?: string; project?: string; from?: string; to?: string }; output: { items: Array<{ sequence: number; time: string; actor: { kind: string; id: string; name: string }; verb: string; object: { type: string; id: string; projectId: string | null }; requestId: string; data: unknown }>; nextCursor: string | null } };
  /** Files of a run in one folder */
  listArtifacts: { input: { run: string; path?: string }; output: { items: Array<{ path: string; isFolder: boolean; sizeBytes: number | null }> } };
  /** Everything that happened, newest first */
  listAuditEvents: { input: { limit?: number; cursor?: string; verb?: string; actor?: string; object?: string; project?: string; from?: string; to?: string }; output: { items: Array<{ sequence: number; time: string; actor: { kind: string; id: string; name: string }; verb: string; object: { type: string; id: string; projectId: string | null }; requestId: string; data: unknown }>; nextCursor: string | null } };
  /** Commits, newest first */
  listCommits: { input: { project: string; limit?: number; cursor?: string; revision?: string }; output: { items: Array<{ id: string; author: string; time: string; subject: string }>; nextCursor: string | null } };
  /** Where work can run, and how far it is limited and set apart there */
  listComputeTargets: { input: Record<never, never>; output: { items: Array<{ id: string; name: string; kind: "local" | "slurm" | "kubernetes"; state: "ready" | "unreachable" | "disabled"; stateReason: string | null; limits: string | null; isolation: string | null; detail: Array<string> }> } };
  /** What work cost in a span of time, by project, owner or kind, dearest first */
  listCosts: { input: { by?: "project" | "owner" | "kind"; project?: string; from?: string; to?: string }; output: { from: string; to: string; items: Array<{ key: string | null; name: string | null; amount: number; currency: string; seconds: number }>; totals: Array<{ amount: number; currency: string }> } };
  /** Datasets of a project, newest first */
  listDatasets: { input: { project: string; limit?: number; cursor?: string }; output: { items: Array<{ id: string; projectId: string; name: string; description: string; createdBy: string; createdAt: string; newestSnapshot: { id: string; number: number; digest: string; sizeBytes: number; fileCount: number } | null }>; nextCursor: string | null } };
  /** Revisions, newest first */
  listEnvironmentRevisions: { input: { environment: string }; output: { items: Array<{ id: string; environmentId: string; number: number; python: string | null; packages: Array<string>; systemPackages: Array<string>; variables: Record<string, string>; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; stateReason: string | null; lock: string | null; digest: string | null; platform: string | null; sizeBytes: number | null; buildSeconds: number | null; reused: boolean | null; logUrl: string | null; workloadId: string | null; createdBy: string; createdAt: string }> } };
  /** Environments that you may use, newest first */
  listEnvironments: { input: { limit?: number; cursor?: string; project?: string }; output: { items: Array<{ id: string; projectId: string | null; name: string; description: string; createdBy: string; createdAt: string; newestRevision: { id: string; number: number; state: "building" | "ready" | "failed" | "deprecated" | "restricted"; digest: string | null } | null }>; nextCursor: string | null } };
  /** Experiments of a project with their runs counted */
  listExperiments: { input: { project: string }; output: { items: Array<{ id: string; projectId: string; name: string; lifecycle: "active" | "deleted"; runCount: number; createdAt: string; updatedAt: string }> } };
  /** Goals of projects that you may see, each with the best value that a run reached */
  listGoalProgress: { input: { project?: string }; output: { items: Array<{ id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number; value: number | null; runId: string | null; runName: string | null; reached: boolean }> } };
  /** Goals of a project */
  listGoals: { input: { project: string }; output: { items: Array<{ id: string; projectId: string; title: string; metric: string | null; target: number | null; direction: "maximize" | "minimize"; dueOn: string | null; state: "open" | "met" | "missed" | "dropped"; ownerId: string | null; createdAt: string; version: number }> } };
  /** Sizes of compute with their prices */
  listHardwareTiers: { input: Record<never, never>; output: { items: Array<{ id: string; name: string; targetId: string; cpuCores: number | null; memoryBytes: number | null; gpus: number; pricePerHour: number; currency: string; isDefault: boolean; state: "enabled" | "disabled"; version: number }> } };
  /** Jobs that you may see, newest first */
  listJobs: { input: { limit?: number; cursor?: string }; output: { items: Array<{ id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null }>; nextCursor: string | null } };
  /** People, groups and service accounts with a role in the project */
  listMembers: { input: { project: string }; output: { items: Array<{ subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer"; createdAt: string }> } };
  /** The points of one metric of several runs of the project, each thinned so that no spike is lost */
  listMetricHistories: { input: { project: string; key: string; runs: string; points?: number }; output: { items: Array<{ runId: string; key: string; total: number; points: Array<{ step: number; time: number; value: number | "NaN" | "Infinity" | "-Infinity" }> }> } };
  /** Names of metrics that runs of the project have, for column pickers */
  listMetricKeys: { input: { project: string; search?: string; limit?: number }; output: { items: Array<string> } };
  /** Names of params that runs of the project have, for column pickers */
  listParamKeys: { input: { project: string; search?: string; limit?: number }; output: { items: Array<string> } };
  /** People of the organization */
  listPeople: { input: { limit?: number; cursor?: string }; output: { items: Array<{ id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null }>; nextCursor: string | null } };
  /** Jobs of a project, newest first */
  listProjectJobs: { input: { project: string; limit?: number; cursor?: string }; output: { items: Array<{ id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null }>; nextCursor: string | null } };
  /** Workspaces of a project, newest first */
  listProjectWorkspaces: { input: { project: string; limit?: number; cursor?: string }; output: { items: Array<{ id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null }>; nextCursor: string | null } };
  /** Projects that you may see */
  listProjects: { input: { limit?: number; cursor?: string; sort?: string; status?: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage?: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; search?: string }; output: { items: Array<{ id: string; slug: string; name: string; description: string; status: "proposed" | "active" | "blocked" | "on-hold" | "complete" | "archived"; stage: "ideation" | "data" | "exploration" | "modelling" | "validation" | "production" | "monitoring"; visibility: "private" | "searchable"; template: string | null; gitUrl: string | null; folderId: string | null; defaultEnvironmentId: string | null; ownerId: string; ownerName: string; goal: string | null; myRole: string | null; createdBy: string; createdAt: string; updatedAt: string; version: number }>; nextCursor: string | null } };
  /** Files of a folder at a revision */
  listRepoTree: { input: { project: string; path?: string; revision?: string }; output: { commit: string | null; items: Array<{ name: string; path: string; type: "file" | "folder" | "link" | "submodule"; sizeBytes: number | null }> } };
  /** Roles as sets of actions */
  listRoles: { input: Record<never, never>; output: { project: Record<string, Array<string>>; organization: Record<string, Array<string>> } };
  /** Metrics of a run: newest value and number of points */
  listRunMetrics: { input: { run: string }; output: { items: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }> } };
  /** Runs of a project: filtered, sorted, a page at a time */
  listRuns: { input: { project: string; limit?: number; cursor?: string; experiment?: string; filter?: string; sort?: string; keys?: string }; output: { items: Array<{ id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } }>; nextCursor: string | null } };
  /** Files of a snapshot */
  listSnapshotFiles: { input: { snapshot: string }; output: { items: Array<{ path: string; sha256: string; sizeBytes: number }> } };
  /** Snapshots of a dataset, newest first */
  listSnapshots: { input: { dataset: string }; output: { items: Array<{ id: string; datasetId: string; projectId: string; number: number; digest: string; fileCount: number; sizeBytes: number; message: string; profile: { state: "pending" | "ready" | "failed" | "unsupported"; reason?: string; tables?: Array<{ path: string; rowCount: number; columns: Array<{ name: string; type: string; count: number; nullCount: number; distinctCount: number; min: string | null; max: string | null; mean: number | null; standardDeviation: number | null; quartiles: Array<number> | null; histogram: Array<{ from: number; to: number; count: number }> | null; topValues: Array<{ value: string; count: number }> | null }> }> }; createdBy: string; createdAt: string }> } };
  /** The arc: every change of stage or status, oldest first */
  listStageChanges: { input: { project: string }; output: { items: Array<{ id: string; fromStage: string | null; toStage: string; fromStatus: string | null; toStatus: string; reason: string; changedBy: string; changedByName: string; changedAt: string }> } };
  /** Templates that a project can begin with */
  listTemplates: { input: { limit?: number; cursor?: string }; output: { items: Array<{ name: string; title: string; description: string; language: string; version: string }>; nextCursor: string | null } };
  /** Your tokens with their last use */
  listTokens: { input: { limit?: number }; output: { items: Array<{ id: string; name: string; projectId: string | null; actions: Array<string> | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null }> } };
  /** All that runs or ran and that you may see, newest first */
  listWorkloads: { input: { limit?: number; cursor?: string; alive?: boolean }; output: { items: Array<{ id: string; kind: string; subject: string; projectId: string | null; ownerId: string; name: string; state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; attempt: number; tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number }; pricePerHour: number; currency: string; cost: { amount: number; currency: string }; host: string | null; isolation: string | null; exitCode: number | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; queuedAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null }>; nextCursor: string | null } };
  /** Tools that a workspace can be started with */
  listWorkspaceTools: { input: Record<never, never>; output: { items: Array<{ name: string; title: string }> } };
  /** Workspaces that you may see, newest first */
  listWorkspaces: { input: { limit?: number; cursor?: string }; output: { items: Array<{ id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null }>; nextCursor: string | null } };
  /** Upload one content under its SHA-256 */
  putBlob: { input: { project: string; sha256: string; body: BodyInit }; output: { sha256: string; sizeBytes: number } };
  /** Give somebody a role in the project, in place of the one they had */
  putMember: { input: { project: string; body: { subjectId?: string; email?: string; role: "owner" | "contributor" | "validator" | "viewer" | "consumer" } }; output: { subjectId: string; kind: "person" | "group" | "service-account"; name: string; email: string | null; role: "owner" | "contributor" | "validator" | "viewer" | "consumer"; createdAt: string } };
  /** Take the role away */
  removeMember: { input: { project: string; subject: string }; output: void };
  /** The same again: command, commit, patch, environment revision and inputs */
  rerunJob: { input: { job: string }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Bring a run back from the trash */
  restoreRun: { input: { run: string }; output: { id: string; experimentId: string; projectId: string; name: string; status: "running" | "scheduled" | "finished" | "failed" | "killed"; lifecycle: "active" | "deleted"; startedAt: string; endedAt: string | null; userId: string; notes: string; params: Array<{ key: string; value: string }>; tags: Array<{ key: string; value: string }>; metrics: Array<{ key: string; value: number | "NaN" | "Infinity" | "-Infinity"; step: number; time: number; count: number }>; datasets: Array<{ name: string; digest: string; sourceType: string; context: string | null }>; models: Array<{ id: string; name: string; status: string }>; provenance: { origin: "job" | "workspace" | "outside"; jobId: string | null; commit: string | null; patchSha256: string | null; environmentRevisionId: string | null; environmentDigest: string | null; snapshots: Array<{ name: string; snapshotId: string; datasetId: string }>; missing: Array<string> } } };
  /** Make a token worthless, in every server within five seconds */
  revokeToken: { input: { token: string }; output: void };
  /** Sign in with a password; sets the session cookie */
  signIn: { input: { body: { email: string; password: string } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** Sign in with a one-time link; sets the session cookie */
  signInByTicket: { input: { body: { ticket: string } }; output: { id: string; email: string; name: string; role: "admin" | "member" | "auditor" | null; state: "invited" | "active" | "disabled"; defaultProjectId: string | null; createdAt: string; lastSeenAt: string | null } };
  /** End the session of the cookie */
  signOut: { input: Record<never, never>; output: void };
  /** Run a command on a commit, in an environment, with named inputs */
  startJob: { input: { project: string; body: { command: string | Array<string>; name?: string; commit?: string; patch?: string; environment?: string; hardwareTier?: string; inputs?: Array<{ name: string; snapshotId: string }>; variables?: Record<string, string>; timeoutSeconds?: number; retries?: number } }; output: { id: string; projectId: string; name: string; command: string | Array<string>; commit: string | null; patchSha256: string | null; environment: string; environmentRevisionId: string | null; environmentDigest: string | null; inputs: Array<{ name: string; snapshotId: string; datasetId: string }>; variables: Record<string, string>; timeoutSeconds: number | null; retries: number; attempt: number; rerunOf: string | null; state: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; exitCode: number | null; workloadId: string; hardwareTier: string; pricePerHour: number; cost: { amount: number; currency: string }; isolation: string | null; host: string | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; runIds: Array<string>; createdBy: string; createdByName: string; createdAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** Start a new session on the files that were kept */
  startWorkspace: { input: { workspace: string }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
  /** End it with all its processes */
  stopWorkload: { input: { workload: string }; output: { id: string; kind: string; subject: string; projectId: string | null; ownerId: string; name: string; state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "timed-out" | "oom-killed" | "lost"; stateReason: string | null; attempt: number; tier: { name: string; cpuCores: number | null; memoryBytes: number | null; gpus: number }; pricePerHour: number; currency: string; cost: { amount: number; currency: string }; host: string | null; isolation: string | null; exitCode: number | null; usage: { cpuSeconds?: number; peakMemoryBytes?: number }; queuedAt: string; startingAt: string | null; startedAt: string | null; finishedAt: string | null } };
  /** End the session; files are kept */
  stopWorkspace: { input: { workspace: string }; output: { id: string; projectId: string; ownerId: string; ownerName: string; name: string; tool: string; branch: string; environment: string | null; hardwareTier: string | null; state: "stopped" | "starting" | "running" | "stopping" | "failed"; stateReason: string | null; workloadId: string | null; pricePerHour: number | null; currency: string | null; createdAt: string; lastStartedAt: string | null } };
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
  buildEnvironmentRevision: { method: 'POST', path: '/api/v1/environments/{environment}/revisions', inPath: ['environment'], inQuery: [], body: 'json', answer: 'json' },
  cancelJob: { method: 'POST', path: '/api/v1/jobs/{job}/cancel', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  changeEnvironmentRevision: { method: 'PATCH', path: '/api/v1/environment-revisions/{revision}', inPath: ['revision'], inQuery: [], body: 'json', answer: 'json' },
  changeGoal: { method: 'PATCH', path: '/api/v1/projects/{project}/goals/{goal}', inPath: ['project', 'goal'], inQuery: [], body: 'json', answer: 'json' },
  changeHardwareTier: { method: 'PATCH', path: '/api/v1/hardware-tiers/{tier}', inPath: ['tier'], inQuery: [], body: 'json', answer: 'json' },
  changeMe: { method: 'PATCH', path: '/api/v1/me', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  changePerson: { method: 'PATCH', path: '/api/v1/users/{user}', inPath: ['user'], inQuery: [], body: 'json', answer: 'json' },
  changeProject: { method: 'PATCH', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  changeRun: { method: 'PATCH', path: '/api/v1/runs/{run}', inPath: ['run'], inQuery: [], body: 'json', answer: 'json' },
  changeStage: { method: 'POST', path: '/api/v1/projects/{project}/stage', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  createDataset: { method: 'POST', path: '/api/v1/projects/{project}/datasets', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  createEnvironment: { method: 'POST', path: '/api/v1/environments', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createExperiment: { method: 'POST', path: '/api/v1/projects/{project}/experiments', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  createHardwareTier: { method: 'POST', path: '/api/v1/hardware-tiers', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createPerson: { method: 'POST', path: '/api/v1/users', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createProject: { method: 'POST', path: '/api/v1/projects', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createSnapshot: { method: 'POST', path: '/api/v1/projects/{project}/datasets/{dataset}/snapshots', inPath: ['project', 'dataset'], inQuery: [], body: 'raw', answer: 'json' },
  createToken: { method: 'POST', path: '/api/v1/tokens', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  createWorkspace: { method: 'POST', path: '/api/v1/projects/{project}/workspaces', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  deleteProject: { method: 'DELETE', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'none', answer: 'none' },
  deleteRun: { method: 'DELETE', path: '/api/v1/runs/{run}', inPath: ['run'], inQuery: [], body: 'none', answer: 'none' },
  deleteWorkspace: { method: 'DELETE', path: '/api/v1/workspaces/{workspace}', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'none' },
  enterWorkspace: { method: 'POST', path: '/api/v1/workspaces/{workspace}/entry', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  getArtifact: { method: 'GET', path: '/api/v1/runs/{run}/artifact', inPath: ['run'], inQuery: ['path'], body: 'none', answer: 'stream' },
  getBlob: { method: 'GET', path: '/api/v1/projects/{project}/blobs/{sha256}', inPath: ['project', 'sha256'], inQuery: [], body: 'none', answer: 'json' },
  getDataset: { method: 'GET', path: '/api/v1/datasets/{dataset}', inPath: ['dataset'], inQuery: [], body: 'none', answer: 'json' },
  getEnvironment: { method: 'GET', path: '/api/v1/environments/{environment}', inPath: ['environment'], inQuery: [], body: 'none', answer: 'json' },
  getEnvironmentRevision: { method: 'GET', path: '/api/v1/environment-revisions/{revision}', inPath: ['revision'], inQuery: [], body: 'none', answer: 'json' },
  getJob: { method: 'GET', path: '/api/v1/jobs/{job}', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  getJobLogs: { method: 'GET', path: '/api/v1/jobs/{job}/logs', inPath: ['job'], inQuery: ['follow'], body: 'none', answer: 'stream' },
  getLineage: { method: 'GET', path: '/api/v1/lineage', inPath: [], inQuery: ['node', 'depth'], body: 'none', answer: 'json' },
  getMe: { method: 'GET', path: '/api/v1/me', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getMetricHistory: { method: 'GET', path: '/api/v1/runs/{run}/metrics/history', inPath: ['run'], inQuery: ['key', 'points'], body: 'none', answer: 'json' },
  getOpenApi: { method: 'GET', path: '/api/v1/openapi.json', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getPerson: { method: 'GET', path: '/api/v1/users/{user}', inPath: ['user'], inQuery: [], body: 'none', answer: 'json' },
  getProject: { method: 'GET', path: '/api/v1/projects/{project}', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  getRepo: { method: 'GET', path: '/api/v1/projects/{project}/repo', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  getRepoFile: { method: 'GET', path: '/api/v1/projects/{project}/repo/file', inPath: ['project'], inQuery: ['path', 'revision'], body: 'none', answer: 'json' },
  getRun: { method: 'GET', path: '/api/v1/runs/{run}', inPath: ['run'], inQuery: [], body: 'none', answer: 'json' },
  getSessionOptions: { method: 'GET', path: '/api/v1/session/options', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  getSnapshot: { method: 'GET', path: '/api/v1/snapshots/{snapshot}', inPath: ['snapshot'], inQuery: [], body: 'none', answer: 'json' },
  getSnapshotFile: { method: 'GET', path: '/api/v1/snapshots/{snapshot}/content', inPath: ['snapshot'], inQuery: ['path'], body: 'none', answer: 'stream' },
  getTemplate: { method: 'GET', path: '/api/v1/templates/{template}', inPath: ['template'], inQuery: [], body: 'none', answer: 'json' },
  getWorkload: { method: 'GET', path: '/api/v1/workloads/{workload}', inPath: ['workload'], inQuery: [], body: 'none', answer: 'json' },
  getWorkloadLogs: { method: 'GET', path: '/api/v1/workloads/{workload}/logs', inPath: ['workload'], inQuery: ['follow'], body: 'none', answer: 'stream' },
  getWorkspace: { method: 'GET', path: '/api/v1/workspaces/{workspace}', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  listActivity: { method: 'GET', path: '/api/v1/activity', inPath: [], inQuery: ['limit', 'cursor', 'verb', 'actor', 'object', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listArtifacts: { method: 'GET', path: '/api/v1/runs/{run}/artifacts', inPath: ['run'], inQuery: ['path'], body: 'none', answer: 'json' },
  listAuditEvents: { method: 'GET', path: '/api/v1/audit', inPath: [], inQuery: ['limit', 'cursor', 'verb', 'actor', 'object', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listCommits: { method: 'GET', path: '/api/v1/projects/{project}/repo/commits', inPath: ['project'], inQuery: ['limit', 'cursor', 'revision'], body: 'none', answer: 'json' },
  listComputeTargets: { method: 'GET', path: '/api/v1/compute-targets', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listCosts: { method: 'GET', path: '/api/v1/costs', inPath: [], inQuery: ['by', 'project', 'from', 'to'], body: 'none', answer: 'json' },
  listDatasets: { method: 'GET', path: '/api/v1/projects/{project}/datasets', inPath: ['project'], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  listEnvironmentRevisions: { method: 'GET', path: '/api/v1/environments/{environment}/revisions', inPath: ['environment'], inQuery: [], body: 'none', answer: 'json' },
  listEnvironments: { method: 'GET', path: '/api/v1/environments', inPath: [], inQuery: ['limit', 'cursor', 'project'], body: 'none', answer: 'json' },
  listExperiments: { method: 'GET', path: '/api/v1/projects/{project}/experiments', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listGoalProgress: { method: 'GET', path: '/api/v1/goal-progress', inPath: [], inQuery: ['project'], body: 'none', answer: 'json' },
  listGoals: { method: 'GET', path: '/api/v1/projects/{project}/goals', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listHardwareTiers: { method: 'GET', path: '/api/v1/hardware-tiers', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listJobs: { method: 'GET', path: '/api/v1/jobs', inPath: [], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  listMembers: { method: 'GET', path: '/api/v1/projects/{project}/members', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listMetricHistories: { method: 'GET', path: '/api/v1/projects/{project}/metric-histories', inPath: ['project'], inQuery: ['key', 'runs', 'points'], body: 'none', answer: 'json' },
  listMetricKeys: { method: 'GET', path: '/api/v1/projects/{project}/metric-keys', inPath: ['project'], inQuery: ['search', 'limit'], body: 'none', answer: 'json' },
  listParamKeys: { method: 'GET', path: '/api/v1/projects/{project}/param-keys', inPath: ['project'], inQuery: ['search', 'limit'], body: 'none', answer: 'json' },
  listPeople: { method: 'GET', path: '/api/v1/users', inPath: [], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  listProjectJobs: { method: 'GET', path: '/api/v1/projects/{project}/jobs', inPath: ['project'], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  listProjectWorkspaces: { method: 'GET', path: '/api/v1/projects/{project}/workspaces', inPath: ['project'], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  listProjects: { method: 'GET', path: '/api/v1/projects', inPath: [], inQuery: ['limit', 'cursor', 'sort', 'status', 'stage', 'search'], body: 'none', answer: 'json' },
  listRepoTree: { method: 'GET', path: '/api/v1/projects/{project}/repo/tree', inPath: ['project'], inQuery: ['path', 'revision'], body: 'none', answer: 'json' },
  listRoles: { method: 'GET', path: '/api/v1/access/roles', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listRunMetrics: { method: 'GET', path: '/api/v1/runs/{run}/metrics', inPath: ['run'], inQuery: [], body: 'none', answer: 'json' },
  listRuns: { method: 'GET', path: '/api/v1/projects/{project}/runs', inPath: ['project'], inQuery: ['limit', 'cursor', 'experiment', 'filter', 'sort', 'keys'], body: 'none', answer: 'json' },
  listSnapshotFiles: { method: 'GET', path: '/api/v1/snapshots/{snapshot}/files', inPath: ['snapshot'], inQuery: [], body: 'none', answer: 'json' },
  listSnapshots: { method: 'GET', path: '/api/v1/datasets/{dataset}/snapshots', inPath: ['dataset'], inQuery: [], body: 'none', answer: 'json' },
  listStageChanges: { method: 'GET', path: '/api/v1/projects/{project}/stages', inPath: ['project'], inQuery: [], body: 'none', answer: 'json' },
  listTemplates: { method: 'GET', path: '/api/v1/templates', inPath: [], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  listTokens: { method: 'GET', path: '/api/v1/tokens', inPath: [], inQuery: ['limit'], body: 'none', answer: 'json' },
  listWorkloads: { method: 'GET', path: '/api/v1/workloads', inPath: [], inQuery: ['limit', 'cursor', 'alive'], body: 'none', answer: 'json' },
  listWorkspaceTools: { method: 'GET', path: '/api/v1/workspace-tools', inPath: [], inQuery: [], body: 'none', answer: 'json' },
  listWorkspaces: { method: 'GET', path: '/api/v1/workspaces', inPath: [], inQuery: ['limit', 'cursor'], body: 'none', answer: 'json' },
  putBlob: { method: 'PUT', path: '/api/v1/projects/{project}/blobs/{sha256}', inPath: ['project', 'sha256'], inQuery: [], body: 'raw', answer: 'json' },
  putMember: { method: 'POST', path: '/api/v1/projects/{project}/members', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  removeMember: { method: 'DELETE', path: '/api/v1/projects/{project}/members/{subject}', inPath: ['project', 'subject'], inQuery: [], body: 'none', answer: 'none' },
  rerunJob: { method: 'POST', path: '/api/v1/jobs/{job}/rerun', inPath: ['job'], inQuery: [], body: 'none', answer: 'json' },
  restoreRun: { method: 'POST', path: '/api/v1/runs/{run}/restore', inPath: ['run'], inQuery: [], body: 'none', answer: 'json' },
  revokeToken: { method: 'DELETE', path: '/api/v1/tokens/{token}', inPath: ['token'], inQuery: [], body: 'none', answer: 'none' },
  signIn: { method: 'POST', path: '/api/v1/session', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  signInByTicket: { method: 'POST', path: '/api/v1/session/ticket', inPath: [], inQuery: [], body: 'json', answer: 'json' },
  signOut: { method: 'DELETE', path: '/api/v1/session', inPath: [], inQuery: [], body: 'none', answer: 'none' },
  startJob: { method: 'POST', path: '/api/v1/projects/{project}/jobs', inPath: ['project'], inQuery: [], body: 'json', answer: 'json' },
  startWorkspace: { method: 'POST', path: '/api/v1/workspaces/{workspace}/start', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  stopWorkload: { method: 'POST', path: '/api/v1/workloads/{workload}/stop', inPath: ['workload'], inQuery: [], body: 'none', answer: 'json' },
  stopWorkspace: { method: 'POST', path: '/api/v1/workspaces/{workspace}/stop', inPath: ['workspace'], inQuery: [], body: 'none', answer: 'json' },
  streamEvents: { method: 'GET', path: '/api/v1/events', inPath: [], inQuery: ['after', 'project'], body: 'none', answer: 'stream' },
  verifyAudit: { method: 'GET', path: '/api/v1/audit/verify', inPath: [], inQuery: [], body: 'none', answer: 'json' },
};
