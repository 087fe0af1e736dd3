import { jobNotices } from '../jobs/index.ts';
import { monitoringNotices } from '../monitoring/index.ts';
import type { NoticeKind } from '../notifications/index.ts';
import { approvalNotices } from '../policies/index.ts';

/** Everything of which people and programs can be told. */
export const noticeKinds: readonly NoticeKind[] = [...monitoringNotices, ...approvalNotices, ...jobNotices];
