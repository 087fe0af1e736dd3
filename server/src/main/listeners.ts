import type { WorkloadKind } from '../compute/index.ts';
import { profileSnapshot } from '../data/index.ts';
import { followAlias, replicaKind } from '../deployments/index.ts';
import { buildKind } from '../environments/index.ts';
import { jobKind } from '../jobs/index.ts';
import { advanceRetraining, followDeployments, onRetrainingJobFinished } from '../monitoring/index.ts';
import { tellNotices } from '../notifications/index.ts';
import type { Listener, Task } from '../platform/index.ts';
import { archiveOldPredictions } from '../predictions/index.ts';
import { judgeReproduction, onJobFinished, scoringKind } from '../provenance/index.ts';
import { workspaceKind } from '../workspaces/index.ts';
import { noticeKinds } from './notices.ts';

/** Everything that follows events. */
export const listeners: Listener[] = [
  onJobFinished,
  followAlias,
  followDeployments,
  onRetrainingJobFinished,
  tellNotices(noticeKinds),
];

/** Everything that is done in the background. */
export const tasks: Task[] = [profileSnapshot, archiveOldPredictions, judgeReproduction, advanceRetraining];

/** Everything that can run. */
export const kinds: WorkloadKind[] = [buildKind, jobKind, workspaceKind, replicaKind, scoringKind];
