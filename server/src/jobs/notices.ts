import type { NoticeKind } from '../notifications/index.ts';
import type { Job } from './job.ts';

/** What people are told of jobs: that one went wrong for good. One that is tried again, was stopped by somebody or came through is no news. */
export const jobNotices: readonly NoticeKind[] = [
  {
    type: 'job.finished',
    summary: 'A job failed, ran out of time or memory, or was lost',
    permission: 'job.read',
    tell(_ctx, event) {
      const job = event.data as Job;
      const again = ['failed', 'lost'].includes(job.state) && job.attempt <= job.retries;
      if (job.state === 'succeeded' || job.state === 'cancelled' || again) return null;
      return {
        title: `Job ${job.name} ${endings[job.state] ?? job.state}`,
        text: [job.stateReason, job.exitCode === null ? null : `Its exit code is ${job.exitCode}.`].filter(Boolean).join(' '),
        path: `/jobs/${job.id}`,
        key: `${job.workloadId} ${job.attempt} finished`,
      };
    },
  },
];

const endings: Partial<Record<Job['state'], string>> = {
  failed: 'failed',
  'timed-out': 'ran out of time',
  'oom-killed': 'ran out of memory',
  lost: 'was lost',
};
