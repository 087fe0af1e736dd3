import { Logger, type Runner, type RunnerOptions, run, type TaskList } from 'graphile-worker';
import { sql } from 'kysely';
import { type Context, type Platform, systemContext } from './context.ts';
import { deadAfterSeconds, type ServerProcess } from './processes.ts';

const tasksAtOnce = 2;

/** Background work of a module: a name and what to do with one payload. It may run twice and must bear it. */
export interface Task {
  name: string;
  run(ctx: Context, payload: unknown): Promise<void>;
}

/** Queues a task in the transaction of the change that needs it. `key`: at most one waiting task of that key. */
export async function enqueue(ctx: Context, name: string, payload: unknown, key?: string): Promise<void> {
  await sql`select graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json, job_key => ${key ?? null}::text)`.execute(
    ctx.db,
  );
}

/** Prepares the queue's own schema; under its own lock, so that servers may start together. */
export async function migrateTasks(platform: Platform): Promise<void> {
  const { runMigrations } = await import('graphile-worker');
  await runMigrations({ pgPool: platform.database.pool });
}

/**
 * Works on queued tasks. The library frees a dead worker's tasks after hours; workers here carry the id of their server process, and
 * whichever process notices a dead one frees what it held within ten seconds.
 */
export async function startTasks(
  platform: Platform,
  process: ServerProcess,
  tasks: readonly Task[],
): Promise<{ stop(): Promise<void> }> {
  const taskList: TaskList = Object.fromEntries(
    tasks.map((task) => [task.name, (payload: unknown) => task.run(systemContext(platform, `task:${task.name}`), payload)]),
  );
  const logger = new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') platform.log.warn({ library: 'tasks' }, message);
  });
  // The library wants one task at a time from a worker with a name of ours, so there are as many workers as tasks at once.
  const runners: Runner[] = [];
  for (let number = 1; number <= tasksAtOnce; number++) {
    runners.push(
      await run({
        pgPool: platform.database.pool,
        taskList,
        concurrency: 1,
        pollInterval: 1_000,
        noHandleSignals: true,
        workerId: `${process.id}-${number}`,
        parsedCronItems: [],
        logger,
      } as RunnerOptions),
    );
  }
  const timer = setInterval(() => void freeDead(platform), 2_000);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(runners.map((runner) => runner.stop().catch(() => {})));
    },
  };
}

async function freeDead(platform: Platform): Promise<void> {
  try {
    const { rows } = await sql<{ worker: string }>`
      select distinct locked_by as worker from graphile_worker._private_jobs
      where locked_by is not null and not exists (
        select 1 from server_processes p
        where locked_by like p.id || '%' and p.heartbeat_at > now() - make_interval(secs => ${deadAfterSeconds}))`.execute(
      platform.database.db,
    );
    if (rows.length > 0) {
      const workers = rows.map((row) => row.worker);
      await sql`select graphile_worker.force_unlock_workers(${workers}::text[])`.execute(platform.database.db);
      platform.log.warn({ workers }, 'freed the tasks of dead workers');
    }
  } catch (error) {
    platform.log.warn({ error: (error as Error).message }, 'could not look for dead workers');
  }
}
