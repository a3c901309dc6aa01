import type { Environment } from "./environment.ts";

/**
 * Logs a failure of this Worker and sends it to the API Worker, which reports it to the operators. The log contains
 * only the error's name: its message may quote an app, and only the API Worker redacts messages.
 * @param route names the failed operation
 * @returns a promise that resolves after the report; the caller must keep the invocation alive for it
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
    // The API Worker does not respond, which may be the original failure; its monitors report that.
    console.error(line("preview_fault_unreported"));
  }
}
