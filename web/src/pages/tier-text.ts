import { bytes, perHour } from '../ui/format.ts';

interface Size {
  cpuCores: number | null;
  memoryBytes: number | null;
  gpus: number;
}

/** "2 cores, 4.3 GB, 1 GPU": a size of compute in words. */
export const sizeText = (tier: Size): string =>
  [
    tier.cpuCores === null ? 'all cores' : `${tier.cpuCores} ${tier.cpuCores === 1 ? 'core' : 'cores'}`,
    tier.memoryBytes === null ? 'all memory' : bytes(tier.memoryBytes),
    ...(tier.gpus > 0 ? [`${tier.gpus} GPU`] : []),
  ].join(', ');

/** The same with its price, for choices. */
export const tierText = (tier: Size & { pricePerHour: number; currency: string }): string =>
  `${sizeText(tier)}, ${perHour(tier.pricePerHour, tier.currency)}`;
