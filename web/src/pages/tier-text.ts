import { perHour } from '../ui/format.ts';

interface Size {
  cpuCores: number | null;
  memoryBytes: number | null;
  gpus: number;
}

/** "2 cores, 4.3 GB, 1 GPU": a size of compute in words. */
export const sizeText = (tier: Size): string =>
  [
    tier.cpuCores === null ? 'all cores' : `${tier.cpuCores} ${tier.cpuCores === 1 ? 'core' : 'cores'}`,
    tier.memoryBytes === null ? 'all memory' : memoryText(tier.memoryBytes),
    ...(tier.gpus > 0 ? [`${tier.gpus} GPU`] : []),
  ].join(', ');

/** Memory is given out in powers of two: 2 GiB, not 2.1 GB. */
export const memoryText = (size: number): string => `${Number((size / 1024 ** 3).toPrecision(3))} GiB`;

/** The same with its price, for choices. */
export const tierText = (tier: Size & { pricePerHour: number; currency: string }): string =>
  `${sizeText(tier)}, ${perHour(tier.pricePerHour, tier.currency)}`;

/** How work is kept apart from other work. */
export const isolationWords: Record<string, string> = {
  namespaces: 'own process tree, own files, own user',
  user: 'an own user for each project',
  none: 'the server’s user',
};
