import { WorkerEntrypoint } from "cloudflare:workers";
import { checkTypes } from "./check-types.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import {
  CHECK_MS,
  type CheckRequest,
  type CheckResult,
  type Started,
  type TypeCheckerRpc,
} from "./type-checker-rpc.ts";

/** Longer than a check may take: its time limit, plus the CPU time for loading the compiler. */
const LEASE_MS = 2 * CHECK_MS;

const turns = new OneAtATime(LEASE_MS);

/** The type checker as the preview Worker calls it. */
export class TypeChecker extends WorkerEntrypoint implements TypeCheckerRpc {
  async check(request: CheckRequest, started: Started): Promise<CheckResult> {
    // A check awaits modules before it blocks the isolate. Another one that started meanwhile would be taken for the
    // cause when the isolate is stopped.
    return turns.run(async () => {
      await started();
      started[Symbol.dispose]?.();
      return checkTypes(request, CHECK_MS);
    });
  }
}

export default {
  /** Only RPC is public; the response to a request shows that this Worker is idle. */
  fetch: () => new Response("This Worker is called by others alone.", { status: 404 }),
} satisfies ExportedHandler;
