import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface DemoPlatform {
  url: string;
  token: string;
  signInLink: string | null;
  /** Whether the demo started it. */
  own: boolean;
  stop(): Promise<void>;
}

/** The platform that runs (PLINTH_URL with PLINTH_TOKEN), or one started here. */
export async function startPlatform(): Promise<DemoPlatform> {
  if (process.env.PLINTH_URL && process.env.PLINTH_TOKEN) {
    return { url: process.env.PLINTH_URL, token: process.env.PLINTH_TOKEN, signInLink: null, own: false, stop: async () => {} };
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, '../server/src/main/serve.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-8_000);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().then(() => process.exit(130)));
  const greeting = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (/Stop with Ctrl-C/.test(text)) resolve(text);
    });
    void ended.then((code) => reject(new Error(`the platform did not start (code ${code}).\n${text}\n${errors}`)));
  });
  const url = /ready at (\S+)/.exec(greeting)?.[1];
  const token = /MLFLOW_TRACKING_TOKEN=(\S+)/.exec(greeting)?.[1];
  if (!url || !token) throw new Error(`the platform's greeting lacks its address or token:\n${greeting}`);
  console.log(`Plinth runs at ${url}`);
  return { url, token, signInLink: /(http\S+\/sign-in\?ticket=\S+)/.exec(greeting)?.[1] ?? null, own: true, stop };
}
