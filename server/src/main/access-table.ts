/**
 * Who may call which route, written by hand and compared with the real server by `access.test.ts`. One line a route; a route that is missing here, or a
 * line without a route, fails. Each profile says what every role gets on a prepared object of the first project.
 */
export const roles = [
  'owner',
  'contributor',
  'validator',
  'viewer',
  'consumer',
  'member',
  'auditor',
  'admin',
  'stranger',
  /** A service account of the organization without any role. */
  'account',
  /** A service account that owns the first project. */
  'ownerAccount',
  'nobody',
] as const;
export type TableRole = (typeof roles)[number];
export type Outcome = 'allow' | 401 | 403 | 404;

const profile = (allowed: readonly TableRole[], seen: readonly TableRole[]): Record<TableRole, Outcome> =>
  Object.fromEntries(
    roles.map((role) => [role, role === 'nobody' ? 401 : allowed.includes(role) ? 'allow' : seen.includes(role) ? 403 : 404]),
  ) as Record<TableRole, Outcome>;

const readers = ['owner', 'contributor', 'validator', 'viewer', 'auditor', 'admin', 'ownerAccount'] as const;
const known = roles.filter((role) => role !== 'nobody');
/** Whoever has a role in the organization. */
const inOrganization = known.filter((role) => role !== 'account' && role !== 'ownerAccount');

/** Reading something of a project: its people and auditors; strangers do not learn that it is there. */
const read = profile(readers, []);
/** Doing the work. */
const work = profile(['owner', 'contributor', 'admin', 'ownerAccount'], readers);
/** Judging what others made. */
const judge = profile(['owner', 'validator', 'admin'], readers);
/** Deciding on the project itself. */
const own = profile(['owner', 'admin', 'ownerAccount'], readers);
/** The same for people alone: what programs may do is decided by none. */
const ownByPeople = profile(['owner', 'admin'], readers);
/** Looking at what owners keep to themselves. */
const ownAndRecord = profile(['owner', 'admin', 'auditor', 'ownerAccount'], readers);
/** Entering a workspace: its owner alone, whatever role others have. */
const mine = profile(['contributor'], readers.concat());
/** Any signed-in person: lists show only what they may see. */
const anyone = profile(known, []);
/** Members of the organization, not auditors. */
const members = profile(
  inOrganization.filter((role) => role !== 'auditor'),
  inOrganization,
);
/** What the organization has for all in it. */
const shared = profile(inOrganization, []);
const administer = profile(['admin'], inOrganization);
/** A folder in which the first project stands: the project's people see it in the path, its own people are the administrators. */
const readingPeople = readers.filter((role) => role !== 'ownerAccount');
const inFolder = profile(['auditor', 'admin'], readingPeople);
const manageFolder = profile(['admin'], readingPeople);
const record = profile(['admin', 'auditor'], inOrganization);
const open = { ...anyone, nobody: 'allow' as Outcome };

export const table: Record<string, Record<TableRole, Outcome>> = {
  getOpenApi: open,
  getSessionOptions: open,
  getMe: anyone,
  // A service account is nobody who has a name and a password to change, and makes no tokens; a token of one project is not for a whole account.
  changeMe: { ...anyone, account: 404, ownerAccount: 403 },
  listTokens: anyone,
  createToken: { ...anyone, account: 403, ownerAccount: 403 },
  listRoles: anyone,
  listWorkspaceTools: anyone,
  signOut: anyone,
  listProjects: anyone,
  listJobs: anyone,
  listDeployments: anyone,
  listWorkspaces: anyone,
  listWorkloads: anyone,
  listCosts: anyone,
  listGoalProgress: anyone,
  listActivity: anyone,
  listEnvironments: anyone,
  getLineage: anyone,
  getPolicies: anyone,
  listApprovals: anyone,
  listModels: anyone,
  getModelOfDefaultProject: anyone,
  getVersionOfDefaultProject: anyone,
  explainAccess: ownAndRecord,
  listGrantsReaching: ownAndRecord,
  listGrantsOfSubject: anyone,
  giveRole: own,
  takeRole: own,
  listFolders: anyone,
  createFolder: administer,
  getFolder: read,
  listFolderMembers: inFolder,
  changeFolder: manageFolder,
  deleteFolder: manageFolder,
  putFolderMember: manageFolder,
  removeFolderMember: manageFolder,
  createProject: members,
  listTemplates: shared,
  getTemplate: shared,
  listHardwareTiers: shared,
  listComputeTargets: shared,
  listPeople: shared,
  getPerson: shared,
  createPerson: administer,
  changePerson: administer,
  listSessions: { ...anyone, ownerAccount: 403 },
  endOtherSessions: { ...anyone, ownerAccount: 403 },
  listSessionsOfPerson: administer,
  endSessionsOfPerson: administer,
  endSessionOfPerson: administer,
  listGroups: shared,
  getGroup: shared,
  listGroupMembers: shared,
  createGroup: administer,
  changeGroup: administer,
  deleteGroup: administer,
  addGroupMember: administer,
  removeGroupMember: administer,
  listServiceAccounts: anyone,
  createServiceAccount: ownByPeople,
  getServiceAccount: ownAndRecord,
  changeServiceAccount: ownByPeople,
  deleteServiceAccount: ownByPeople,
  createServiceAccountToken: ownByPeople,
  listServiceAccountTokens: ownAndRecord,
  revokeServiceAccountToken: ownByPeople,
  createHardwareTier: administer,
  changeHardwareTier: administer,
  listAuditEvents: record,
  verifyAudit: record,
  getProject: read,
  listStageChanges: read,
  listProjectActivity: read,
  listGoals: read,
  listMembers: read,
  changeProject: own,
  changeStage: own,
  addGoal: own,
  changeGoal: own,
  putMember: own,
  removeMember: own,
  deleteProject: own,
  listTrash: anyone,
  restoreProject: own,
  getRepo: read,
  listRepoTree: read,
  listCommits: read,
  getRepoFile: read,
  createEnvironment: work,
  getEnvironment: read,
  listEnvironmentRevisions: read,
  buildEnvironmentRevision: work,
  getEnvironmentRevision: read,
  changeEnvironmentRevision: work,
  createDataset: work,
  listDatasets: read,
  getDataset: read,
  listSnapshots: read,
  createSnapshot: work,
  getSnapshot: read,
  listSnapshotFiles: read,
  getSnapshotFile: read,
  putBlob: work,
  getBlob: read,
  startJob: work,
  listProjectJobs: read,
  getJob: read,
  getJobLogs: read,
  cancelJob: work,
  rerunJob: work,
  getWorkload: read,
  getWorkloadLogs: read,
  stopWorkload: work,
  listExperiments: read,
  createExperiment: work,
  listRuns: read,
  getRun: read,
  changeRun: work,
  listRunMetrics: read,
  getMetricHistory: read,
  listMetricHistories: read,
  listArtifacts: read,
  getArtifact: read,
  listMetricKeys: read,
  listParamKeys: read,
  deleteRun: work,
  restoreRun: work,
  getPolicy: read,
  putPolicy: own,
  requestApproval: work,
  getApproval: read,
  decideApproval: judge,
  listProjectModels: read,
  createModel: work,
  getModel: read,
  changeModel: work,
  deleteModel: work,
  setModelAlias: work,
  removeModelAlias: work,
  listAliasChanges: read,
  listVersions: read,
  registerVersion: work,
  getVersion: read,
  changeVersion: work,
  deleteVersion: work,
  getModelCard: read,
  getVersionLineage: read,
  listVersionArtifacts: read,
  getVersionArtifact: read,
  getVersionPackage: read,
  listProjectWorkspaces: read,
  createWorkspace: work,
  getWorkspace: read,
  startWorkspace: mine,
  enterWorkspace: mine,
  stopWorkspace: work,
  deleteWorkspace: mine,
  getPrediction: read,
  deploy: work,
  listProjectDeployments: read,
  getDeployment: read,
  createDeploymentRevision: work,
  listDeploymentRevisions: read,
  scaleDeployment: work,
  changeDeploymentTraffic: work,
  rollBackDeployment: work,
  stopDeployment: work,
  startDeployment: work,
  deleteDeployment: work,
  listDeploymentPredictions: read,
  listDeploymentTraffic: read,
  getDeploymentLogs: read,
  getPredictionProvenance: read,
  getVersionProvenance: read,
  reproduceJob: work,
  reproduceVersion: work,
  reproducePrediction: work,
  getReproduction: read,
  listReproductions: anyone,
  listMonitors: anyone,
  getMonitor: read,
  changeMonitor: work,
  putReference: work,
  putGroundTruth: work,
  listAlerts: anyone,
  getAlert: read,
  acknowledgeAlert: work,
  investigateAlert: work,
  resolveAlert: work,
  retrainForAlert: work,
  retrainDeployment: work,
  listRetrainings: anyone,
  getRetraining: read,
};

/** Routes whose answer does not depend on a role: signing in itself (by a browser too), one's own token by id, and the live stream, which has a test of its own. */
export const apart = [
  'signIn',
  'signInByTicket',
  'beginProviderSignIn',
  'finishProviderSignIn',
  'startDeviceSignIn',
  'finishDeviceSignIn',
  'getDeviceSignIn',
  'decideDeviceSignIn',
  'revokeToken',
  'endSession',
  'streamEvents',
];
