import { defineConfig } from 'vitest/config';
import { countsReporter } from './test/reporter.ts';
import { SlowFirst } from './test/sequencer.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/end-with-run.ts'],
    reporters: ['default', countsReporter()],
    pool: 'forks',
    // Many tests wait for a server or a timer: three files at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
});
