import { type Platform, systemContext, transaction } from '../platform/index.ts';
import { defaultTiers, localTargetId } from './tier.ts';
import { insertDefaults } from './tier-store.ts';

/** This machine as a target, and the first tiers, on an empty database. */
export async function ensureCompute(platform: Platform): Promise<void> {
  await transaction(systemContext(platform, 'start'), (tx) =>
    insertDefaults(tx, { id: localTargetId, name: 'this machine' }, defaultTiers),
  );
}
