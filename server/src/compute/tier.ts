import { type Static, Type } from 'typebox';
import { invalidField, nullable, oneOf } from '../platform/index.ts';

/** A size of compute with its price. */
export const tierSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  targetId: Type.String(),
  cpuCores: nullable(Type.Number()),
  memoryBytes: nullable(Type.Integer()),
  gpus: Type.Integer(),
  pricePerHour: Type.Number(),
  currency: Type.String(),
  isDefault: Type.Boolean(),
  state: oneOf(['enabled', 'disabled']),
  version: Type.Integer(),
});
export type HardwareTier = Static<typeof tierSchema>;

export interface ComputeTarget {
  id: string;
  name: string;
  kind: 'local' | 'slurm' | 'kubernetes';
  state: 'ready' | 'unreachable' | 'disabled';
  stateReason: string | null;
}

export const localTargetId = 'tgt_local';

const gibibyte = 1024 ** 3;

/** What an empty installation offers; administrators change prices and sizes. */
export const defaultTiers: Omit<HardwareTier, 'version' | 'state'>[] = [
  {
    id: 'tier_small',
    name: 'small',
    targetId: localTargetId,
    cpuCores: 1,
    memoryBytes: 2 * gibibyte,
    gpus: 0,
    pricePerHour: 0.05,
    currency: 'EUR',
    isDefault: true,
  },
  {
    id: 'tier_medium',
    name: 'medium',
    targetId: localTargetId,
    cpuCores: 2,
    memoryBytes: 4 * gibibyte,
    gpus: 0,
    pricePerHour: 0.1,
    currency: 'EUR',
    isDefault: false,
  },
  {
    id: 'tier_large',
    name: 'large',
    targetId: localTargetId,
    cpuCores: 4,
    memoryBytes: 8 * gibibyte,
    gpus: 0,
    pricePerHour: 0.2,
    currency: 'EUR',
    isDefault: false,
  },
];

export const unknownTier = (name: string, tiers: readonly HardwareTier[]) =>
  invalidField('/hardwareTier', `there is no hardware tier "${name}"; there are ${tiers.map((tier) => tier.name).join(', ')}`);

export const disabledTier = (name: string) =>
  invalidField('/hardwareTier', `the hardware tier "${name}" is disabled; choose another or ask an administrator`);

export const tierTooLarge = (tier: HardwareTier, memoryBytes: number) =>
  invalidField(
    '/hardwareTier',
    `the tier "${tier.name}" wants ${(tier.memoryBytes! / gibibyte).toFixed(0)} GiB of memory and this machine has ${(memoryBytes / gibibyte).toFixed(1)} GiB; choose a smaller tier`,
  );
