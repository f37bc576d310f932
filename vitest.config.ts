import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/closing-line.ts'],
    env: { TZ: 'UTC', FORCE_COLOR: '1', NODE_ENV: 'production' },
  },
});
