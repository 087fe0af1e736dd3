const count = 36;
const steps = 60;
const spacingMilliseconds = 55 * 60_000;

/** A sweep of runs logged from outside by the API of the MLflow clients: courses that fall, rise, overfit, break off. The same every time. */
export async function logSweep({ url, token, project }: { url: string; token: string; project: string }): Promise<void> {
  const send = async (path: string, body: unknown): Promise<{ experiment_id: string; run: { info: { run_id: string } } }> => {
    const response = await fetch(`${url}/mlflow/${project}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as never;
  };
  const { experiment_id } = await send('experiments/create', { name: 'Depth and rate sweep' });
  const random = seeded(7);
  for (let index = 0; index < count; index++) {
    const started = Date.now() - (count - index) * spacingMilliseconds;
    const settings = {
      max_depth: pick([2, 3, 4, 6, 8], index),
      learning_rate: pick([0.3, 0.1, 0.03, 0.01], index),
      model: pick(['gradient-boosting', 'random-forest', 'logistic'], index),
      n_estimators: pick([100, 150, 300], index),
    };
    const { run } = await send('runs/create', {
      experiment_id,
      start_time: started,
      tags: [{ key: 'mlflow.source.name', value: 'sweep.py' }],
    });
    const isLast = index === count - 1;
    await send('runs/log-batch', {
      run_id: run.info.run_id,
      params: Object.entries({ ...settings, subsample: 0.8, seed: 42 }).map(([key, value]) => ({ key, value: String(value) })),
      metrics: metricsOf(settings.max_depth, settings.learning_rate, started, random),
    });
    await send('runs/update', {
      run_id: run.info.run_id,
      status: index % 11 === 7 ? 'FAILED' : isLast ? 'RUNNING' : 'FINISHED',
      ...(isLast ? {} : { end_time: started + steps * 4_000 }),
    });
  }
}

function metricsOf(depth: number, rate: number, started: number, random: () => number) {
  const at = (step: number): number => started + step * 4_000;
  const metrics: { key: string; value: number; step: number; timestamp: number }[] = [];
  let best = 0;
  for (let step = 0; step < steps; step++) {
    const learned = 1 - Math.exp((-step * rate * 2.4) / Math.sqrt(depth));
    const auc = 0.86 + 0.13 * learned - 0.004 * depth * learned * (step / steps) + 0.004 * (random() - 0.5);
    best = Math.max(best, auc);
    const log = (key: string, value: number): void => void metrics.push({ key, value, step, timestamp: at(step) });
    log('train_loss', 0.69 * Math.exp(-step * rate * 0.9) + 0.02 + 0.01 * random());
    log('validation_loss', 0.69 * Math.exp(-step * rate * 0.7) + 0.05 + 0.0009 * step * depth * rate + 0.02 * random());
    log('validation_auc', auc);
    if (step % 5 === 0) log('step_size', rate * 0.9 ** (step / 5));
  }
  const log = (key: string, value: number): void => void metrics.push({ key, value, step: 0, timestamp: at(steps) });
  log('test_roc_auc', best - 0.003);
  log('test_accuracy', best - 0.03);
  for (let fold = 0; fold < 5; fold++) log(`fold_${fold}/recall`, 0.9 + 0.1 * random());
  return metrics;
}

const pick = <T>(values: readonly T[], index: number): T => values[index % values.length]!;

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
