/**
 * Patterns of secrets with their marks and replacements. A pattern matches only texts that contain its mark. Their
 * order matters: a pattern must precede those that match a part of it.
 */
const secrets: [mark: string, pattern: RegExp, instead: string][] = [
  // drizzle appends the parameters of a failed query to its message; they are users' data.
  ["Failed query", /(Failed query:[\s\S]*?)\nparams:[\s\S]*/g, "$1"],
  ["://", /\b(?:postgres(?:ql)?|redis|rediss|mysql|mongodb(?:\+srv)?):\/\/[^\s"'<>]+/gi, "[connection string]"],
  ["://", /\bhttps?:\/\/[^\s/"'<>@]+@/gi, "https://[credentials]@"],
  ["esk_", /\besk_[0-9A-Za-z]{8,}/g, "esk_[redacted]"],
  ["esi_", /\besi_[0-9A-Za-z_-]{8,}/g, "esi_[redacted]"],
  ["whsec_", /\bwhsec_[0-9A-Za-z+/=_-]{8,}/g, "whsec_[redacted]"],
  ["sk-", /\bsk-[0-9A-Za-z_-]{12,}/g, "sk-[redacted]"],
  ["gh[pousr]_|github_pat_", /\b(?:gh[pousr]_|github_pat_)[0-9A-Za-z_]{16,}/g, "[GitHub token]"],
  ["[sr]k_(?:live|test)_", /\b(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{8,}/g, "[Stripe key]"],
  ["AKIA", /\bAKIA[0-9A-Z]{16}\b/g, "[AWS key]"],
  ["eyJ", /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "[JWT]"],
  ["authorization", /\b(authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;]+/gi, "$1[redacted]"],
  ["bearer", /\b(bearer\s+)[\w.~+/=-]{8,}/gi, "$1[redacted]"],
  ["cookie", /\b((?:set-)?cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, "$1[redacted]"],
  // Without the equals sign, the line of every request with a session would match: it names the kind of its actor.
  ["session[\\w.-]*=", /((?:__Host-|__Secure-)?[\w.-]*session[\w.-]*=)[^;\s"']{8,}/gi, "$1[redacted]"],
  [
    "password|passwd|secret|api[_-]?key|access[_-]?token",
    /\b((?:password|passwd|secret|api[_-]?key|access[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    "$1[redacted]",
  ],
  ["PRIVATE KEY", /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
];

/** Most texts of a log line have no mark, and are tested once instead of by every pattern. */
const marks = new RegExp(secrets.map(([mark]) => mark).join("|"), "i");

/** Names of members whose values are always redacted. */
const secretNames = /^(authorization|cookie|set-cookie|password|secret|token|api[_-]?key|x-api-key|database_?url)$/i;

/**
 * @returns the text with everything redacted that looks like a secret: our tokens, webhook secrets, model keys,
 *   cookies, connection strings
 */
export const redactText = (text: string): string =>
  marks.test(text)
    ? secrets.reduce((redacted, [, pattern, instead]) => redacted.replace(pattern, instead), text)
    : text;

/** Names of members whose values are secret, with a mark of no pattern. */
const secretMembers = /"(?:token|database_?url)":/i;

/** A JSON value, with undefined for omitted members. */
type Plain = string | number | boolean | null | undefined | Plain[] | { [name: string]: Plain };

/**
 * Serializes a record as `JSON.stringify(redact(fields))` does, in a third of the time where nothing looks secret: the
 * text of the whole record is tested once, since JSON escapes no character of a mark.
 * @param fields at most six levels deep
 */
export function redactedJson(fields: { [name: string]: Plain }): string {
  const text = JSON.stringify(fields);
  return marks.test(text) || secretMembers.test(text) ? JSON.stringify(redact(fields)) : text;
}

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
