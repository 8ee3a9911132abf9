import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

type Counts = { passed: number; failed: number; skipped: number };

const STDOUT = 1;

/**
 * Prints `N passed, N failed` (and `, N skipped`) as the very last line of a run, whatever else is printed
 * and however it ends. A file or hook that failed outside its tests counts as a failure; a run in which no
 * test ran fails.
 */
export function countsReporter(): Reporter {
  let counts: Counts | undefined;
  return {
    onInit() {
      process.once('exit', () => {
        const final = counts ?? { passed: 0, failed: 1, skipped: 0 };
        if (final.failed > 0 || final.passed === 0) process.exitCode ||= 1;
        writeSync(STDOUT, `${summary(final)}\n`);
      });
    },
    onTestRunEnd(modules, unhandledErrors) {
      counts = count(modules);
      counts.failed += unhandledErrors.length;
    },
  };
}

function summary({ passed, failed, skipped }: Counts): string {
  const extra = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${passed} passed, ${failed} failed${extra}`;
}

function count(modules: ReadonlyArray<TestModule>): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'skipped') counts.skipped += 1;
      else failedHere += 1; // a test still pending at the end was cut off
    }
    // Its file could not be loaded, or a hook failed: no test says so.
    if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
    counts.failed += failedHere;
  }
  return counts;
}
