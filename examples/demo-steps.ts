export const steps: { name: string; seconds: number }[] = [];

/** One step of the demo: told as it begins, timed, and counted. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n${steps.length + 1}. ${name}`);
  const began = Date.now();
  const result = await work();
  const seconds = (Date.now() - began) / 1000;
  steps.push({ name, seconds });
  console.log(`   done in ${seconds.toFixed(1)} s`);
  return result;
}

export const note = (text: string): void => console.log(`   ${text}`);

/** What the step promised; the demo fails when it is not so. */
export function check(fact: unknown, what: string): asserts fact {
  if (!fact) throw new Error(`this is not so: ${what}`);
}
