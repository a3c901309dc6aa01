import { commonPasswordList } from "./common-password-list.ts";

let known: ReadonlySet<string> | undefined;

/**
 * Whether a password is among the first that anybody would guess (NIST SP 800-63B, 3.1.1.2): on the list of common ones,
 * whatever its case and the marks at its end, or nothing but the account's own name or email address.
 * @param own what is known of the account: its name, its email address
 */
export function isCommonPassword(password: string, own: readonly string[] = []): boolean {
  // Parsed with the first password that is set: most isolates never see one.
  known ??= new Set(commonPasswordList.split(" "));
  const lower = password.normalize("NFKC").trim().toLowerCase();
  const bare = lower.replace(/[^\p{L}\p{N}]+$/u, "");
  if (known.has(lower) || known.has(bare) || /^(.)\1*$/su.test(lower)) return true;
  const guesses = own.flatMap((text) => [text, text.split("@")[0] ?? ""]).map((text) => text.trim().toLowerCase());
  return [...guesses, "edgesmith"].some((guess) => guess !== "" && (lower === guess || bare === guess));
}
