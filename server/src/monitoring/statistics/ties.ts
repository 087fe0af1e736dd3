/**
 * Numbers in [0, 1) that look random and depend on what they are for alone, so that a restarted monitor breaks the ties of a row as before.
 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** The `index`-th number of a hash. */
export function uniform(hash: number, index: number): number {
  return (mix(hash ^ mix(index + 0x9e3779b9)) + mix(hash + Math.imul(index + 1, 0x85ebca6b)) / 4294967296) / 4294967296;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
