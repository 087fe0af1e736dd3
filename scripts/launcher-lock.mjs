// Lets one process at a time do a step on this checkout; others wait for it. The way it works is told in
// server/src/platform/postgres/state-lock.ts: the highest number rules, and nobody ever goes back.

import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const locks = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'locks');

/** Runs `work` alone. `whoDoes` ends the sentence that a waiting person reads: "waiting for another Plinth …". */
export async function withLock(name, whoDoes, work) {
  const folder = join(locks, name);
  mkdirSync(folder, { recursive: true });
  let told = false;
  for (;;) {
    const taken = take(folder);
    if ('release' in taken) {
      try {
        return await work();
      } finally {
        taken.release();
      }
    }
    if (!told) process.stderr.write(`plinth: waiting for another Plinth (pid ${taken.heldBy}) ${whoDoes}\n`);
    told = true;
    await sleep(300);
  }
}

function take(folder) {
  const draft = join(folder, `draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  try {
    for (;;) {
      const highest = numbersIn(folder)[0] ?? 0;
      const holder = highest > 0 ? readHolder(join(folder, String(highest))) : null;
      if (holder !== null && startTimeOf(holder.pid) === holder.startTime) return { heldBy: holder.pid };
      const own = join(folder, String(highest + 1));
      try {
        linkSync(draft, own);
      } catch (error) {
        if (error.code === 'EEXIST') continue;
        throw error;
      }
      if (numbersIn(folder)[0] !== highest + 1) {
        rmSync(own, { force: true });
        continue;
      }
      for (const number of numbersIn(folder)) if (number <= highest) rmSync(join(folder, String(number)), { force: true });
      const release = () => {
        process.off('exit', release);
        writeFileSync(own, '');
      };
      process.on('exit', release);
      return { release };
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function numbersIn(folder) {
  const numbers = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).sort((a, b) => b - a);
}

function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Null when the process is gone. Where there is no /proc, a living pid is all that can be known. */
function startTimeOf(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    } catch {
      return null;
    }
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return error.code === 'EPERM' ? 'alive' : null;
  }
}
