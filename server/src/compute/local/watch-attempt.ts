import { type FSWatcher, watch } from 'node:fs';
import { isOver, type Observation } from '../executor.ts';

/** The end comes as a rename in the control folder; a shim that was killed writes nothing, so it is also looked for now and then. */
const pollMilliseconds = 2_000;
/** When the system has no watches left. */
const blindPollMilliseconds = 100;

export function watchAttempt(
  folder: string,
  observe: () => Promise<Observation>,
  onChange: (observation: Observation) => void,
): () => void {
  let state: Observation['state'] | null = null;
  let stopped = false;
  let looking = false;
  let lookAgain = false;
  let watcher: FSWatcher | null = null;

  const stop = () => {
    stopped = true;
    clearInterval(timer);
    watcher?.close();
  };
  const look = async () => {
    lookAgain = looking;
    if (looking || stopped) return;
    looking = true;
    try {
      const observation = await observe();
      if (!stopped && observation.state !== state) {
        state = observation.state;
        if (isOver(observation)) stop();
        onChange(observation);
      }
    } catch {
      // Looked for again with the next poll: a fault of this moment says nothing about the attempt.
    } finally {
      looking = false;
    }
    if (lookAgain) void look();
  };

  try {
    watcher = watch(folder, { persistent: false }, (_event, file) => {
      if (file === 'exit' || file === 'start') void look();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = null;
  }
  const timer = setInterval(() => void look(), watcher ? pollMilliseconds : blindPollMilliseconds);
  timer.unref();
  void look();
  return stop;
}
