import { appendFileSync } from "node:fs";
import type { Reporter, TestCase } from "vitest/node";

/** The stack of an attempt's error without the test runner's own frames. */
function ownFrames(stack: string): string {
  const lines = stack.split("\n").filter((line) => !line.includes("node_modules"));
  return lines.map((line) => `    ${line.trim()}`).join("\n");
}

/**
 * Lists the tests that passed only when they were retried, with the error of the attempt that failed; also appended to
 * the file that FLAKY_TESTS_FILE names.
 */
export default class FlakyReporter implements Reporter {
  readonly #flaky: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const errors = test.result().errors ?? [];
    const attempts = errors.map(({ message, stack }) => ownFrames(stack ?? message));
    this.#flaky.push([`  ${test.module.relativeModuleId}: ${test.fullName}`, ...attempts].join("\n"));
  }

  onTestRunEnd(): void {
    if (this.#flaky.length === 0) return;
    const list = `Flaky: ${this.#flaky.length} passed only when retried.\n${this.#flaky.join("\n")}\n`;
    console.log(list);
    const { FLAKY_TESTS_FILE } = process.env;
    if (FLAKY_TESTS_FILE) appendFileSync(FLAKY_TESTS_FILE, list);
  }
}
