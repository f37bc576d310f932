// A vitest reporter: names every skipped test and why, and ends on one plain line of counts.
// CRASHCART_NO_SKIPS=1 (set by .ci/run) turns a skip into a failure.
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let passed = 0;
    let failed = 0;
    const skipped: string[] = [];
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else skipped.push(`${module.relativeModuleId}: ${test.fullName}${'note' in result && result.note ? ` (${result.note})` : ''}`);
      }
    }
    if (skipped.length > 0) process.stdout.write(`skipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
    if (skipped.length > 0 && process.env['CRASHCART_NO_SKIPS'] === '1') process.exitCode = 1;
  }
}
