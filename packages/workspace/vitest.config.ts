import { defineConfig } from 'vitest/config';
import { createReportWriter } from './src/test-report/report-writer.ts';

/** One configuration for every package: workspace packages are tested from their sources, never from a stale build. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  // Vitest starts its workers with these conditions. `import` among them would make `require` take ES modules, and
  // protobufjs lose its 64-bit integers (it does not find `long` then).
  ssr: { resolve: { conditions: ['source', 'node'], externalConditions: ['source', 'node'] } },
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // They only end what hangs: on a busy machine a property of a few seconds takes half a minute.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    passWithNoTests: false,
    allowOnly: false,
    // The first of the two: the default reporter rewrites the names of causes while it prints them.
    reporters: [createReportWriter(), 'default'],
  },
});
