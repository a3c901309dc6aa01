import { AppError } from "../errors.ts";

/**
 * Parses UTF-8 bytes as JSON.
 * @throws AppError `malformed_json`
 */
export function parseJsonBytes(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new AppError("malformed_json", "The body is not valid JSON.", { cause });
  }
}
