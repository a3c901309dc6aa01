import { commonPasswordList } from "./common-password-list.ts";

let known: ReadonlySet<string> | undefined;

/**
 * Whether a password is easy to guess (NIST SP 800-63B, 3.1.1.2): it is on the list of common passwords, ignoring case
 * and trailing punctuation, or consists of the account's own name or email address.
 * @param own the account's name and email address
 */
export function isCommonPassword(password: string, own: readonly string[] = []): boolean {
  // Parsed on first use: most isolates never set a password.
  known ??= new Set(commonPasswordList.split(" "));
  const lower = password.normalize("NFKC").trim().toLowerCase();
  const bare = lower.replace(/[^\p{L}\p{N}]+$/u, "");
  if (known.has(lower) || known.has(bare) || /^(.)\1*$/su.test(lower)) return true;
  const guesses = own.flatMap((text) => [text, text.split("@")[0] ?? ""]).map((text) => text.trim().toLowerCase());
  return [...guesses, "edgesmith"].some((guess) => guess !== "" && (lower === guess || bare === guess));
}
