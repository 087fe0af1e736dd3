import { type Copy, messageOf } from './copy.ts';
import { proxied } from './server.ts';
import type { Owner } from './shapes.ts';
import { WireProblem } from './wire-problem.ts';

/**
 * Brings the files of a run or logged model that are not there with their size, one after the other, as streams. One that cannot be read or is
 * not taken is told, and the rest goes on.
 *
 * @returns whether all of them are there
 */
export async function copyFiles(copy: Copy, told: string, from: Owner, to: Owner): Promise<boolean> {
  const { source, there, target, report } = copy;
  const base = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(to.uri ?? '')?.[1]?.replace(/\/+$/, '');
  let isWhole = true;
  const missing = (path: string, why: string): void => {
    isWhole = false;
    report.missing('artifacts', `${told}, ${path}`, why);
  };
  let known: Map<string, number | undefined> | undefined;
  const listed = async (): Promise<Map<string, number | undefined>> => {
    const found = new Map<string, number | undefined>();
    for await (const { path, sizeBytes } of there.files(to, (what, why) => missing(what, `at the target: ${why}`)))
      found.set(path, sizeBytes);
    return found;
  };
  const brought: { path: string; sizeBytes: number }[] = [];
  for await (const file of source.files(from, missing)) {
    // Only asked when there is something to compare: most runs have no files.
    known ??= await listed();
    if (known.has(file.path) && (file.sizeBytes === undefined || known.get(file.path) === file.sizeBytes)) {
      report.there('artifacts');
      continue;
    }
    if (base === undefined) {
      missing(
        file.path,
        `the target keeps artifacts at ${to.uri}, where only its own clients write; start it with --serve-artifacts`,
      );
      continue;
    }
    try {
      const content = await source.open(from, file);
      const sizeBytes = await target.upload(proxied(`${base}/${file.path}`), content, file.sizeBytes, (count) =>
        report.bytes(count),
      );
      brought.push({ path: file.path, sizeBytes });
    } catch (error) {
      if (error instanceof WireProblem && error.status === 0) throw error;
      missing(file.path, messageOf(error));
    }
  }
  if (brought.length === 0) return isWhole;
  const after = await listed();
  for (const { path, sizeBytes } of brought) {
    if (after.get(path) === sizeBytes) report.brought('artifacts');
    else missing(path, `has ${after.get(path) ?? 'no'} bytes at the target where ${sizeBytes} were sent`);
  }
  return isWhole;
}
