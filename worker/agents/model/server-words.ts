import { isRecord } from "./stream-events.ts";

/** A server's error message, type and status, from any body format. */
export type ServerWords = { serverMessage: string; type: string | null; status: number | undefined };

/**
 * Parses an error's body: `{"error": {"type", "message", "code"}}`, `{"error": "…"}`, `{"message": "…"}` or `{"detail":
 * "…"}`. A code that is an HTTP status counts as the status when the response had none.
 */
export function wordsOf(body: unknown, status?: number): ServerWords {
  if (!isRecord(body)) return { serverMessage: typeof body === "string" ? body : "", type: null, status };
  const inner = isRecord(body.error) ? body.error : body;
  const texts = [inner.message, body.error, body.message, body.detail].find((value) => typeof value === "string");
  const type = [inner.type, inner.code, body.code].find((value) => typeof value === "string") ?? null;
  const serverMessage = typeof texts === "string" ? texts : JSON.stringify(inner);
  const known = status ?? statusIn([inner.code, inner.status, body.status]);
  return { serverMessage, type: typeof type === "string" ? type : null, status: known };
}

function statusIn(values: unknown[]): number | undefined {
  const codes = values.map((value) => (typeof value === "string" ? Number(value) : value));
  // In a body, 404 refers to the model: a missing route is reported by the response's own status.
  return codes.find((code): code is number => typeof code === "number" && code >= 400 && code <= 599 && code !== 404);
}
