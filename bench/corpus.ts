import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { mlflowPython, type Started } from './peer.ts';
import { post } from './wire.ts';

/** A store as a busy team has it after years: made in bulk on both sides, each through its own tables, with the same shape. */
export interface Corpus {
  experimentId: string;
  runs: number;
  /** The newest value of each is in the store: `m0`, `m1`, … evenly spread from 0 to 1. */
  metricsOfRun: number;
  /** A run with the metric `long` of so many points, one a step. */
  long: { runId: string; points: number };
}

/** How to the embedded database of a server started on a folder. */
function connectionOf(home: string): pg.ClientConfig {
  const folder = join(home, 'postgres');
  const pointer = join(folder, 'data-folder');
  const data = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(folder, 'data');
  const [, , , port, socket] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  return {
    host: socket!,
    port: Number(port),
    user: 'plinth',
    database: 'plinth',
    password: readFileSync(join(folder, 'password'), 'utf8').trim(),
  };
}

/** Adds runs numbered from `from` to `to` to an experiment. */
export async function addRuns(
  started: Started,
  experimentId: string,
  from: number,
  to: number,
  metricsOfRun: number,
): Promise<void> {
  const client = new pg.Client(connectionOf(started.folder));
  await client.connect();
  try {
    const numbers = `generate_series(${from}, ${to}) i`;
    const id = `'run_bench' || lpad(i::text, 12, '0')`;
    await client.query(
      `insert into runs (id, experiment_id, project_id, name, status, start_time, end_time, user_id, origin, created_by)
        select ${id}, e.id, e.project_id, 'run-' || i, 'finished', 1700000000000 + i * 1000, 1700000000500 + i * 1000, 'ada', 'outside', 'ada'
        from experiments e, ${numbers} where e.id = $1`,
      [experimentId],
    );
    await client.query(
      `insert into latest_metrics (run_id, experiment_id, key, value, step, time, count)
        select ${id}, $1, 'm' || k, random(), 10, 1700000000000 + i * 1000, 11 from ${numbers}, generate_series(0, ${metricsOfRun - 1}) k`,
      [experimentId],
    );
    await client.query(
      `insert into run_params select ${id}, 'p' || k, (i % (10 + k * 7))::text from ${numbers}, generate_series(0, 4) k`,
    );
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

export async function fillPlinth(started: Started, runs: number, metricsOfRun: number, points: number): Promise<Corpus> {
  const { experiment_id: experimentId } = await post(started, 'experiments/create', { name: 'corpus' });
  await addRuns(started, experimentId, 1, runs, metricsOfRun);
  const { run } = await post(started, 'runs/create', { experiment_id: '0', start_time: 1 });
  for (let start = 0; start < points; start += 1_000)
    await post(started, 'runs/log-batch', {
      run_id: run.info.run_id,
      metrics: Array.from({ length: 1_000 }, (_, index) => ({
        key: 'long',
        value: Math.sin((start + index) / 1_000),
        timestamp: start + index,
        step: start + index,
      })),
    });
  return { experimentId, runs, metricsOfRun, long: { runId: run.info.run_id, points } };
}

const script = `
import json, math, random, sys, uuid
import sqlalchemy as sa
from mlflow.store.tracking.dbmodels.models import SqlLatestMetric, SqlMetric, SqlParam, SqlRun
given = json.loads(sys.argv[1]); engine = sa.create_engine("sqlite:///mlflow.db"); random.seed(0)
with engine.begin() as db:
    for start in range(0, given["runs"], 10000):
        numbers = range(start, min(start + 10000, given["runs"])); ids = {i: uuid.uuid4().hex for i in numbers}
        db.execute(sa.insert(SqlRun), [dict(run_uuid=ids[i], name=f"run-{i}", experiment_id=given["experiment"], user_id="ada", status="FINISHED", lifecycle_stage="active",
            start_time=1700000000000 + i * 1000, end_time=1700000000500 + i * 1000, artifact_uri="mlflow-artifacts:/x", source_type="LOCAL", source_name="", entry_point_name="", source_version="") for i in numbers])
        db.execute(sa.insert(SqlLatestMetric), [dict(run_uuid=ids[i], key=f"m{k}", value=random.random(), step=10, timestamp=1700000000000 + i * 1000, is_nan=False) for i in numbers for k in range(given["metrics"])])
        db.execute(sa.insert(SqlParam), [dict(run_uuid=ids[i], key=f"p{k}", value=str(i % (10 + k * 7))) for i in numbers for k in range(5)])
    for start in range(0, given["points"], 50000):
        db.execute(sa.insert(SqlMetric), [dict(run_uuid=given["long"], key="long", value=math.sin(i / 1000), step=i, timestamp=i, is_nan=False) for i in range(start, min(start + 50000, given["points"]))])
`;

export async function fillMlflow(started: Started, runs: number, metricsOfRun: number, points: number): Promise<Corpus> {
  const { experiment_id: experimentId } = await post(started, 'experiments/create', { name: 'corpus' });
  const { run } = await post(started, 'runs/create', { experiment_id: '0', start_time: 1 });
  const given = { runs, metrics: metricsOfRun, points, long: run.info.run_id, experiment: Number(experimentId) };
  await promisify(execFile)(await mlflowPython(), ['-c', script, JSON.stringify(given)], { cwd: started.folder });
  return { experimentId, runs, metricsOfRun, long: { runId: run.info.run_id, points } };
}
