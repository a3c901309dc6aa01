import { isRecord } from "./stream-events.ts";

/** What a server says of an error, from whichever body it says it in. */
export type ServerWords = { said: string; type: string | null; status: number | undefined };

/**
 * Reads an error's body as servers give it: `{"error": {"type", "message", "code"}}`, `{"error": "…"}`, `{"message": "…"}`,
 * `{"detail": "…"}`. A code that is an HTTP status counts as one where the answer itself had none.
 */
export function wordsOf(body: unknown, status?: number): ServerWords {
  if (!isRecord(body)) return { said: typeof body === "string" ? body : "", type: null, status };
  const inner = isRecord(body.error) ? body.error : body;
  const texts = [inner.message, body.error, body.message, body.detail].find((one) => typeof one === "string");
  const type = [inner.type, inner.code, body.code].find((one) => typeof one === "string") ?? null;
  const said = typeof texts === "string" ? texts : JSON.stringify(inner);
  const known = status ?? statusIn([inner.code, inner.status, body.status]);
  return { said, type: typeof type === "string" ? type : null, status: known };
}

function statusIn(values: unknown[]): number | undefined {
  const codes = values.map((value) => (typeof value === "string" ? Number(value) : value));
  // That a path is not there is said by the answer's own status: in a body it is said of a model.
  return codes.find((code): code is number => typeof code === "number" && code >= 400 && code <= 599 && code !== 404);
}
