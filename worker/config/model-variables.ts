/** Micro-dollars per token, which is the same number as dollars per million tokens. */
export type ModelPrice = { input: number; output: number; cacheRead: number; cacheWrite: number };

const isAmount = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= 1_000_000;

/**
 * Parses a price in dollars per million tokens: `input/output`, `input/output/cacheRead/cacheWrite`, one number for
 * both (`0` for a free model), or a JSON object. Cached tokens cost as much as input by default.
 * @returns null for a malformed price
 */
export function parsePrice(text: string): ModelPrice | null {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return priceFromJson(trimmed);
  const amounts = trimmed
    .split(/\s*[/,;]\s*|\s+/)
    .map((part) => (part === "" ? Number.NaN : Number(part.replace(/^\$/, ""))));
  const [input, output = input, cacheRead = input, cacheWrite = input] = amounts;
  return amounts.length > 4 ? null : checked({ input, output, cacheRead, cacheWrite });
}

function priceFromJson(text: string): ModelPrice | null {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) return null;
  const known = new Map<string, unknown>(Object.entries(value));
  const [input, output] = [known.get("input"), known.get("output")];
  const { cacheRead = input, cacheWrite = input } = {
    cacheRead: known.get("cacheRead"),
    cacheWrite: known.get("cacheWrite"),
  };
  return checked({ input, output, cacheRead, cacheWrite });
}

function checked({ input, output, cacheRead, cacheWrite }: Record<keyof ModelPrice, unknown>): ModelPrice | null {
  return isAmount(input) && isAmount(output) && isAmount(cacheRead) && isAmount(cacheWrite)
    ? { input, output, cacheRead, cacheWrite }
    : null;
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII, spaces and tabs: a line break would allow header injection. */
const headerValue = /^[\t\x20-\x7e]*$/;
/** Headers that `fetch` or the request's body determines. */
const notOurs = /^(host|content-length|content-type|transfer-encoding|connection|accept-encoding|te|upgrade)$/i;

/**
 * Parses a JSON object of header names and values.
 * @returns null for malformed JSON, and for a header that cannot be set
 */
export function parseHeaders(text: string): Record<string, string> | null {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const entries: [string, unknown][] = Object.entries(value);
  const headers: Record<string, string> = {};
  for (const [name, content] of entries) {
    if (!headerName.test(name) || notOurs.test(name)) return null;
    if (typeof content !== "string" || !headerValue.test(content)) return null;
    headers[name.toLowerCase()] = content;
  }
  return headers;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // malformed JSON: the caller reports the variable's name
  }
}
