import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { mlflowPython } from '../bench/peer.ts';

/**
 * Runs a program with the newest official client, as somebody on their laptop would. What it prints as the last line is JSON and comes back.
 */
export async function runClient<T>(
  program: string,
  { url, token, home, env = {} }: { url: string; token: string; home: string; env?: Record<string, string> },
): Promise<T> {
  const { stdout } = await promisify(execFile)(await mlflowPython(), ['-c', program], {
    timeout: 300_000,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      MLFLOW_TRACKING_URI: url,
      MLFLOW_TRACKING_TOKEN: token,
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      ...env,
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** Puts a file of that size with `log_artifact`, takes it back, and says whether it is the same. */
export const roundTrip = (sizeBytes: number): string => `
import hashlib, json, mlflow, os, random, tempfile
content = random.Random(7).randbytes(${sizeBytes})
folder = tempfile.mkdtemp()
path = os.path.join(folder, "big.bin")
open(path, "wb").write(content)
with mlflow.start_run() as run:
    mlflow.log_artifact(path, "deep/folder")
    mlflow.log_text("small", "small.txt")
back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="deep/folder/big.bin", dst_path=folder + "/back")
small = mlflow.artifacts.load_text(run.info.artifact_uri + "/small.txt")
digest = lambda data: hashlib.sha256(data).hexdigest()
listed = [(one.path, one.file_size) for one in mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="deep/folder")]
print(json.dumps({"runId": run.info.run_id, "same": digest(open(back, "rb").read()) == digest(content), "small": small, "sha256": digest(content), "listed": listed}))
`;

export interface RoundTrip {
  runId: string;
  same: boolean;
  small: string;
  sha256: string;
  listed: [string, number][];
}
