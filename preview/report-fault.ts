import type { Environment } from "./environment.ts";

/**
 * Logs a failure of this Worker and sends it to the API Worker, which reports it to the operators. The log has the
 * error's name alone: its message may quote an app, and only the API Worker redacts.
 * @param route names the failed operation
 * @returns after the report, so that the invocation must be kept alive for it
 */
export async function reportFault(
  env: Pick<Environment, "API">,
  failure: unknown,
  { route, request, projectId }: { route: string; request: Request; projectId: string | null },
): Promise<void> {
  const { name, message, stack } = failure instanceof Error ? failure : new Error(String(failure));
  const requestId = crypto.randomUUID();
  const traceparent = request.headers.get("traceparent") ?? undefined;
  const fields = { requestId, route, projectId, error: name };
  const line = (event: string) => JSON.stringify({ level: "error", at: new Date().toISOString(), event, ...fields });
  console.error(line("preview_failed"));
  try {
    await env.API.reportFault({ name, message, stack, route, requestId, traceparent, projectId });
  } catch {
    // The API Worker does not answer, which may be the very failure; its monitors tell of that.
    console.error(line("preview_fault_unreported"));
  }
}
