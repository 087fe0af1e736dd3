import { type Static, Type } from 'typebox';
import { conflict, nullable, nullableTimestamp, oneOf, Problem, timestamp } from '../platform/index.ts';
import { type Channel, channelNames } from './policy.ts';

export const approvalStates = {
  /** Somebody asked, nobody has answered. */
  pending: { open: true, answers: false, grants: false },
  /** These bytes may enter the channel. */
  approved: { open: false, answers: true, grants: true },
  /** They may not, until somebody asks again. */
  rejected: { open: false, answers: true, grants: false },
  /** The subject was deleted, or its bytes are no longer those that were asked about. */
  withdrawn: { open: false, answers: false, grants: false },
} as const satisfies Record<string, { open: boolean; answers: boolean; grants: boolean }>;
export type ApprovalState = keyof typeof approvalStates;

export const isOpen = (approval: { state: ApprovalState }): boolean => approvalStates[approval.state].open;
export const answers = (approval: { state: ApprovalState }): boolean => approvalStates[approval.state].answers;
export const grants = (approval: { state: ApprovalState }): boolean => approvalStates[approval.state].grants;

export interface ApprovalRow {
  id: string;
  projectId: string;
  subjectRef: string;
  subjectName: string;
  digest: string;
  channel: Channel;
  state: ApprovalState;
  authorIds: string[];
  requestedBy: string;
  requestedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  comment: string;
  evidenceSha256: string | null;
}

const named = Type.Object({ id: Type.String(), name: Type.String() });

export const approvalSchema = Type.Object(
  {
    id: Type.String(),
    projectId: Type.String(),
    projectSlug: Type.String(),
    projectName: Type.String(),
    subject: Type.String({ description: 'As models:/name/version.' }),
    subjectRef: Type.String(),
    digest: Type.String({ description: 'SHA-256 over all files of the subject: the decision holds for these bytes alone.' }),
    channel: oneOf(channelNames),
    state: oneOf(Object.keys(approvalStates) as readonly ApprovalState[]),
    authors: Type.Array(named, { description: 'Who made it: none of them may decide.' }),
    requestedBy: named,
    requestedAt: timestamp,
    decidedBy: nullable(named),
    decidedAt: nullableTimestamp,
    comment: Type.String(),
    evidenceSha256: nullable(Type.String()),
    waitsForMe: Type.Boolean(),
    whyNotMe: nullable(Type.String({ description: 'Why you cannot decide; null when you can.' })),
  },
  { $comment: 'A question whether exactly these bytes may enter a protected channel, and its answer.' },
);
export type Approval = Static<typeof approvalSchema>;

export const approvalRequired = (approval: Pick<ApprovalRow, 'id' | 'subjectName' | 'channel'>) =>
  conflict(
    'approval-required',
    `${approval.subjectName} may enter "${approval.channel}" once somebody else than its authors and the one who asked approves it. ` +
      `The question is open as ${approval.id}: ask a validator or owner of the project to decide it.`,
    { approvalId: approval.id },
  );
export const approvalRejected = (approval: Pick<ApprovalRow, 'id' | 'subjectName' | 'channel' | 'comment'>) =>
  conflict(
    'approval-rejected',
    `${approval.subjectName} was rejected for "${approval.channel}": ${approval.comment} Submit it again by POST /approvals when that is settled.`,
    { approvalId: approval.id, reason: approval.comment },
  );
export const approvalDecided = (approval: Pick<ApprovalRow, 'id' | 'state'>) =>
  conflict(
    'approval-decided',
    `Approval ${approval.id} is ${approval.state} and no longer open. Read it again; ask anew by POST /approvals.`,
  );
export const approvalStale = (approval: Pick<ApprovalRow, 'id' | 'subjectName'>) =>
  conflict(
    'approval-stale',
    `${approval.subjectName} is gone or no longer has the bytes that approval ${approval.id} is about, so it was withdrawn.`,
  );
export const selfApproval = (subjectName: string) =>
  new Problem(403, 'self-approval', `You made ${subjectName} or asked for its approval yourself. Somebody else has to decide.`);
