import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, type StackOptions, startStack } from "../../dev/stack.ts";

export type TestStack = {
  stack: Stack;
  /** Returns the process id of the running PostgreSQL. */
  postmaster(): number;
  close(): Promise<void>;
};

/** Starts a whole Edgesmith with a temporary data folder, which `close` removes. */
export async function openTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const dataDir = mkdtempSync(join(tmpdir(), "edgesmith-test-"));
  const variables = { RATE_LIMITS: "off", ...options.variables };
  const stack = await startStack({ dataDir, durable: false, readyWithinMs: 120_000, ...options, variables });
  return {
    stack,
    postmaster: () => Number.parseInt(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10),
    close: async () => {
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
