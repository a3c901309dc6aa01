import { WorkerEntrypoint } from "cloudflare:workers";
import { checkTypes } from "./check-types.ts";
import {
  CHECK_MS,
  type CheckRequest,
  type CheckResult,
  type Started,
  type TypeCheckerRpc,
} from "./type-checker-rpc.ts";

/** The type checker as the preview Worker calls it. */
export class TypeChecker extends WorkerEntrypoint implements TypeCheckerRpc {
  async check(request: CheckRequest, started: Started): Promise<CheckResult> {
    await started();
    started[Symbol.dispose]?.();
    return checkTypes(request, CHECK_MS);
  }
}

export default {
  /** Only RPC is public; the response to a request shows that this Worker is idle. */
  fetch: () => new Response("This Worker is called by others alone.", { status: 404 }),
} satisfies ExportedHandler;
