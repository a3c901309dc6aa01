import { type Actor, accountOf, credentialOf } from "../../accounts/index.ts";
import { AppError } from "../../errors.ts";

/** The header in which the API Worker names the caller that opens a socket or a stream at a Session. */
const callerHeader = "X-Caller";

/**
 * The caller that opened a socket or a stream. `tag` names the account and the credential, `at` is when the credential
 * was verified (milliseconds since the epoch).
 */
export type LiveCaller = { tag: string; at: number };

/**
 * How long a Session caches which credentials are active: longer than an API Worker takes between verifying a credential
 * and calling the Session.
 */
const rememberMs = 30_000;

const tagOf = (ownerId: string, credential: string): string => `${ownerId} ${credential}`;

/** Returns the header that names the actor to a Session; none for an actor without a credential. */
export function callerHeaders(actor: Actor): Record<string, string> {
  const credential = credentialOf(actor);
  return credential === null ? {} : { [callerHeader]: `${Date.now()} ${tagOf(accountOf(actor), credential)}` };
}

/**
 * Parses the caller header of a request to a Session.
 * @returns null when the header is missing or malformed
 */
export function callerIn(headers: Headers): LiveCaller | null {
  const [, at, tag] = /^(\d+) (.+)$/.exec(headers.get(callerHeader) ?? "") ?? [];
  return at === undefined || tag === undefined ? null : { tag, at: Number(at) };
}

/** Returns the error for a stream or socket whose credential has just ended. */
export const credentialEnded = () => new AppError("invalid_token", "This credential has expired or was revoked.");

/** Caches each account's active credentials, as last reported to this Session. */
export class EndedCallers {
  readonly #active = new Map<string, { alive: ReadonlySet<string>; at: number }>();
  /** When all callers were last closed. */
  #allEndedAt = 0;

  /**
   * Records an account's active credentials.
   * @returns a predicate: whether a caller's tag belongs to that account and its credential is not active
   */
  record(ownerId: string, alive: readonly string[]): (tag: string) => boolean {
    const now = Date.now();
    for (const [owner, { at }] of this.#active) if (now - at > rememberMs) this.#active.delete(owner);
    this.#active.set(ownerId, { alive: new Set(alive.map((credential) => tagOf(ownerId, credential))), at: now });
    return (tag) => tag.startsWith(tagOf(ownerId, "")) && this.#active.get(ownerId)?.alive.has(tag) === false;
  }

  /** Records that every caller who was admitted until now has lost access. */
  recordAll(): void {
    this.#allEndedAt = Date.now();
  }

  /** Whether a caller's credential was verified before it ended, although its request arrives afterwards. */
  isLate({ tag, at }: LiveCaller): boolean {
    if (at <= this.#allEndedAt) return true;
    const active = this.#active.get(tag.slice(0, tag.indexOf(" ")));
    return active !== undefined && at <= active.at && !active.alive.has(tag);
  }
}
