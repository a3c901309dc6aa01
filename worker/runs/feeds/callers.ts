import { type Actor, credentialOf } from "../../accounts/index.ts";
import { AppError } from "../../errors.ts";

/** The header in which the API tells a Session who opens a socket or a stream. */
const callerHeader = "X-Caller";

/** Who opened a socket or a stream: `tag` names the account and the credential, `at` when the credential was looked at. */
export type LiveCaller = { tag: string; at: number };

/** How long a Session remembers what it closed: longer than an API Worker takes from looking at a credential to asking us. */
const rememberMs = 30_000;

const tagOf = (ownerId: string, credential: string): string => `${ownerId} ${credential}`;

export function callerHeaders(actor: Actor): Record<string, string> {
  const credential = credentialOf(actor);
  return credential === null ? {} : { [callerHeader]: `${Date.now()} ${tagOf(actor.ownerId, credential)}` };
}

/** The caller that a request to a Session names; null where it names none. */
export function callerIn(headers: Headers): LiveCaller | null {
  const [, at, tag] = /^(\d+) (.+)$/.exec(headers.get(callerHeader) ?? "") ?? [];
  return at === undefined || tag === undefined ? null : { tag, at: Number(at) };
}

export const credentialEnded = () => new AppError("invalid_token", "This credential has expired or was revoked.");

/** Which callers of an account have ended, as a Session was last told. */
export class EndedCallers {
  readonly #active = new Map<string, { alive: ReadonlySet<string>; at: number }>();

  /** Notes an account's credentials that are still good. @returns whether a caller's credential is one of that account's that is not */
  record(ownerId: string, alive: readonly string[]): (tag: string) => boolean {
    const now = Date.now();
    for (const [owner, { at }] of this.#active) if (now - at > rememberMs) this.#active.delete(owner);
    this.#active.set(ownerId, { alive: new Set(alive.map((credential) => tagOf(ownerId, credential))), at: now });
    return (tag) => tag.startsWith(tagOf(ownerId, "")) && this.#active.get(ownerId)?.alive.has(tag) === false;
  }

  /** Whether a caller's credential was looked at before it ended, and its request comes after that. */
  isLate({ tag, at }: LiveCaller): boolean {
    const told = this.#active.get(tag.slice(0, tag.indexOf(" ")));
    return told !== undefined && at <= told.at && !told.alive.has(tag);
  }
}
