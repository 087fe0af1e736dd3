import { defineConfig } from 'vitest/config';

// One worker per core: each test file that needs a database makes its own in the one PostgreSQL that `server/src/testing/global-setup.ts` starts.
export default defineConfig({
  test: {
    include: [
      'server/src/**/*.test.ts',
      'sdk/src/**/*.test.ts',
      'cli/src/**/*.test.ts',
      'web/src/**/*.test.{ts,tsx}',
      'e2e/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    globalSetup: ['server/src/testing/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
