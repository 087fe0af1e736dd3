/**
 * Policies: which channels are protected, and the one gate before them. They judge subjects by ref, digest and authors; the modules above tell
 * them what a subject is. Deliberately not here: what is behind the doors (registry/, deployments/), and stages with evidence as code, which
 * come with governance.
 */
export { type Approval, type ApprovalRow, approvalSchema } from './approval.ts';
export { newestOf as newestApprovals } from './approval-store.ts';
export { renameSubject, withdrawQuestions } from './follow-subject.ts';
export { approvalNotices } from './notices.ts';
export { type Channel, channelNames, channelOfAlias, isProtected } from './policy.ts';
export { policyRoutes } from './policy-routes.ts';
export { protectedAliasesOf } from './policy-store.ts';
export { approvalsOf } from './present-approvals.ts';
export { channelOf } from './project-policy.ts';
export { requireApproval } from './require-approval.ts';
export type { Subject, SubjectKind } from './subject.ts';
