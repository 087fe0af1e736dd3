/** Numbers in [0, 1) from a seed (mulberry32), so that a failure can be repeated. */
export function generator(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A draw from the standard normal distribution. */
export const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const patientColumns: readonly string[] = Array.from({ length: 30 }, (_, index) => `feature ${index}`);

/** Rows like a medical table: positive and skewed, three strong common causes behind 30 features, two groups, some values rounded to ties. */
export function patients(seed: number) {
  const random = generator(seed);
  const row = (): number[] => {
    const group = random() < 0.37 ? 1 : 0;
    const causes = [normal(random) + 1.5 * group, normal(random) + group, normal(random)];
    return patientColumns.map((_, index) => {
      const value = Math.exp(0.4 * (0.9 * causes[index % 3]! + 0.44 * normal(random)));
      return index % 10 === 9 ? Math.round(value * 5) / 5 : value;
    });
  };
  const big = Array.from({ length: 2_000 }, row);
  const deviations = patientColumns.map((_, index) => {
    const mean = big.reduce((sum, one) => sum + one[index]! / big.length, 0);
    return Math.sqrt(big.reduce((sum, one) => sum + (one[index]! - mean) ** 2, 0) / big.length);
  });
  return { random, row, deviations };
}
