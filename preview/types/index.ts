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
  /** Nobody calls it from outside: an answer says that this Worker is not busy. */
  fetch: () => new Response("This Worker is called by others alone.", { status: 404 }),
} satisfies ExportedHandler;
