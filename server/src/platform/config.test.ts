import { describe, expect, it } from 'vitest';
import { type ConfigError, readConfig } from './config.ts';

describe('settings', () => {
  it('need nothing', () => {
    expect(readConfig({}, '/checkout')).toMatchObject({
      home: '/checkout/.plinth',
      port: 8640,
      publicUrl: 'http://127.0.0.1:8640',
      role: 'all',
    });
  });

  it('report all faults at once, each with what to give instead, and never a secret', () => {
    const env = {
      PLINTH_PORT: 'http',
      PLINTH_PUBLIC_URL: 'plinth.example.org',
      PLINTH_DATABASE_URL: 'mysql://root:hunter2@db/plinth',
      PLINTH_ADMIN_TOKEN: 'short',
      PLINTH_ROLE: 'boss',
      PLINTH_OIDC_ISSUER: 'https://login.example.org',
      PLINTH_PROT: '1',
    };
    const faults = (() => {
      try {
        readConfig(env, null);
      } catch (error) {
        return (error as ConfigError).faults;
      }
      return [];
    })();
    expect(faults).toHaveLength(7);
    for (const name of [
      'PLINTH_PORT',
      'PLINTH_PUBLIC_URL',
      'PLINTH_DATABASE_URL',
      'PLINTH_ADMIN_TOKEN',
      'PLINTH_ROLE',
      'PLINTH_OIDC_CLIENT_ID',
      'PLINTH_PROT',
    ]) {
      expect(
        faults.some((fault) => fault.includes(name)),
        name,
      ).toBe(true);
    }
    expect(faults.join()).not.toContain('hunter2');
  });
});
