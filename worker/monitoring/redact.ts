/**
 * Patterns of secrets and their replacements. Their order matters: a pattern must precede those that match a part of
 * it.
 */
const secrets: [RegExp, string][] = [
  // drizzle appends the parameters of a failed query to its message; they are users' data.
  [/(Failed query:[\s\S]*?)\nparams:[\s\S]*/g, "$1"],
  [/\b(?:postgres(?:ql)?|redis|rediss|mysql|mongodb(?:\+srv)?):\/\/[^\s"'<>]+/gi, "[connection string]"],
  [/\bhttps?:\/\/[^\s/"'<>@]+@/gi, "https://[credentials]@"],
  [/\besk_[0-9A-Za-z]{8,}/g, "esk_[redacted]"],
  [/\bwhsec_[0-9A-Za-z+/=_-]{8,}/g, "whsec_[redacted]"],
  [/\bsk-[0-9A-Za-z_-]{12,}/g, "sk-[redacted]"],
  [/\b(?:gh[pousr]_|github_pat_)[0-9A-Za-z_]{16,}/g, "[GitHub token]"],
  [/\b(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{8,}/g, "[Stripe key]"],
  [/\bAKIA[0-9A-Z]{16}\b/g, "[AWS key]"],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "[JWT]"],
  [/\b(authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;]+/gi, "$1[redacted]"],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, "$1[redacted]"],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, "$1[redacted]"],
  [/((?:__Host-|__Secure-)?[\w.-]*session[\w.-]*=)[^;\s"']{8,}/gi, "$1[redacted]"],
  [/\b((?:password|passwd|secret|api[_-]?key|access[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi, "$1[redacted]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
];

/** Every pattern matches only texts that have one of these in them; most texts of a log line have none. */
const marks =
  /:\/\/|esk_|whsec_|sk-|gh[pousr]_|github_pat_|[sr]k_(?:live|test)_|AKIA|eyJ|Failed query|authorization|bearer|cookie|session|password|passwd|secret|api[_-]?key|access[_-]?token|PRIVATE KEY/i;

/** Names of members whose values are always redacted. */
const secretNames = /^(authorization|cookie|set-cookie|password|secret|token|api[_-]?key|x-api-key|database_?url)$/i;

/**
 * @returns the text with everything redacted that looks like a secret: our tokens, webhook secrets, model keys,
 *   cookies, connection strings
 */
export const redactText = (text: string): string =>
  marks.test(text) ? secrets.reduce((redacted, [pattern, instead]) => redacted.replace(pattern, instead), text) : text;

const deepest = 6;

/** @returns a copy of a JSON value with its texts redacted; levels below the sixth are omitted */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= deepest) return "[deeper]";
  if (value instanceof Error) return { name: value.name, message: redactText(value.message) };
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      secretNames.test(name) && member !== null && member !== undefined ? "[redacted]" : redact(member, depth + 1),
    ]),
  );
}
