import { RpcTarget } from "cloudflare:workers";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Invitation, PersonRecord, VisitorAccess } from "../../worker/contract/people-rpc.ts";
import type { ProviderIdentity, SignInProvider } from "../../worker/contract/sign-in-rpc.ts";
import { PeopleStore, type PersonRow, toRecord } from "./people-store.ts";
import {
  type BegunSignIn,
  type ContinuedSignIn,
  type ProviderRefusal,
  ProviderSignIns,
  type Returned,
} from "./provider-sign-ins.ts";
import type { AppUser } from "./user-header.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const sessionMs = 30 * dayMs;
const linkMs = 15 * minuteMs;
const invitationMs = 7 * dayMs;
/** The maximum age of a session that may set a password. Later, a page of the app could do so in the person's name. */
const freshMs = 15 * minuteMs;

/** The maximum attempts per network, failed passwords per address, and mails, as for the platform's own accounts. */
const limits = {
  network: { max: 20, windowMs: 15 * minuteMs },
  failures: { max: 5, windowMs: 15 * minuteMs },
  links: { max: 3, windowMs: 60 * minuteMs },
  mails: { max: 200, windowMs: dayMs },
};

/** A visitor's attempt to sign in. `network` is null when attempts are not counted. */
export type Attempt = { email: string; network: string | null };

/** The account that a signed-in person sees. `fresh`: whether the session may set a password. */
export type OwnAccount = { user: AppUser; hasPassword: boolean; fresh: boolean };

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
const newToken = (): string => randomBytes(32).toString("base64url");
const toUser = ({ id, email, name, roles }: PersonRow): AppUser => ({
  id,
  email,
  name,
  roles: JSON.parse(roles) as string[],
});

/**
 * The object that hosts the app.
 * - `isServed`: whether visitors may sign in now; before that nothing is stored for them
 * - `endSockets`: closes the app's sockets, whose visitors may have lost their right
 * - `settings`: has the providers whose clients the app's owner has set
 */
export type PeopleHost = {
  isServed(): boolean;
  endSockets(): void;
  settings: { signInProviders(): Promise<SignInProvider[]> };
};

/**
 * The user accounts of one app: who may sign in, their sessions and their roles. Lives in the app's Durable Object. The
 * gateway and the owner's API call it by RPC; the app's code cannot reach it.
 */
export class AppPeople extends RpcTarget {
  readonly #storage: DurableObjectStorage;
  readonly #host: PeopleHost;
  #opened: PeopleStore | null = null;

  constructor(storage: DurableObjectStorage, host: PeopleHost) {
    super();
    this.#storage = storage;
    this.#host = host;
  }

  get #store(): PeopleStore {
    this.#opened ??= new PeopleStore(this.#storage);
    return this.#opened;
  }

  /** Whether the app is served. */
  served(): boolean {
    return this.#host.isServed();
  }

  access(): VisitorAccess {
    return this.#store.access();
  }

  /** Returns the person of a session token; null without a valid session. */
  user(token: string | null, now = Date.now()): AppUser | null {
    if (token === null) return null;
    const person = this.#store.session(hashOf(token), now);
    if (person === null) return null;
    if ((person.seen_at ?? 0) < now - 60 * minuteMs) this.#store.seen(person.id, now);
    return toUser(person);
  }

  account(token: string, now = Date.now()): OwnAccount | null {
    const person = this.#store.session(hashOf(token), now);
    if (person === null) return null;
    return { user: toUser(person), hasPassword: person.password !== null, fresh: person.since > now - freshMs };
  }

  /**
   * Begins a sign-in by mail.
   * @returns the token of the link to send; `silent` when this address may not sign in or has had its mails, which the
   *   visitor must not learn; `limited` for too many tries from one network
   */
  beginLink({ email, network }: Attempt, now = Date.now()): { token: string } | "silent" | "limited" {
    if (!this.#allowNetwork(network, now)) return "limited";
    if (!this.#mayJoin(email)) return "silent";
    const { links, mails } = limits;
    if (this.#store.count(`link:${email}`, links.windowMs, now) >= links.max) return "silent";
    if (this.#store.count("mails", mails.windowMs, now) >= mails.max) return "silent";
    const token = newToken();
    this.#store.insertToken(hashOf(token), email, now, now + linkMs);
    return { token };
  }

  /** Returns the address that a link signs in, without consuming the link: mail scanners open links too. */
  linkEmail(token: string, now = Date.now()): string | null {
    return this.#store.tokenEmail(hashOf(token), now);
  }

  /**
   * Uses a link up. Adds the person at the first sign-in.
   * @returns the token of the new session; null for a link that is used, expired or revoked
   */
  redeemLink(token: string, now = Date.now()): string | null {
    const email = this.#store.tokenEmail(hashOf(token), now);
    if (email === null) return null;
    this.#store.deleteTokens(email);
    if (!this.#mayJoin(email)) return null;
    const person = this.#store.byEmail(email) ?? this.#add({ email, name: "", roles: [] }, now);
    return person === null ? null : this.#begin(person.id, now);
  }

  /**
   * Returns the password hash to verify for a sign-in; null for an address without one.
   * @returns `limited` for too many tries from one network, or too many failures for the address
   */
  passwordOf({ email, network }: Attempt, now = Date.now()): { hash: string | null } | "limited" {
    if (!this.#allowNetwork(network, now)) return "limited";
    if (this.#store.countOf(`fail:${email}`, now) >= limits.failures.max) return "limited";
    // Counted before the hash is verified, so that simultaneous tries are limited too.
    this.#store.count(`fail:${email}`, limits.failures.windowMs, now);
    return { hash: this.#store.byEmail(email)?.password ?? null };
  }

  /** Begins a session after the password was verified; null when it has been changed meanwhile. */
  beginSession(email: string, hash: string, now = Date.now()): string | null {
    const person = this.#store.byEmail(email);
    if (person === null || person.password !== hash) return null;
    this.#store.forgetCount(`fail:${email}`);
    return this.#begin(person.id, now);
  }

  /** Lists the providers that visitors may use to sign in. */
  providers(): Promise<SignInProvider[]> {
    return this.#host.settings.signInProviders();
  }

  /** Begins a sign-in with a provider. */
  beginProvider(begun: BegunSignIn & { network: string | null }, now = Date.now()): { token: string } | "limited" {
    if (!this.#allowNetwork(begun.network, now)) return "limited";
    return { token: this.#providerSignIns.begin(begun, now) };
  }

  /** Returns and consumes the pending sign-in of a provider's token; null when it is used or expired. */
  continueProvider(token: string, now = Date.now()): ContinuedSignIn | null {
    return this.#host.isServed() ? this.#providerSignIns.continue(token, now) : null;
  }

  /** Stores a provider's identity. @returns the token for the browser in which the sign-in began */
  handOver(identity: ProviderIdentity, from: ContinuedSignIn, now = Date.now()): string {
    return this.#providerSignIns.handOver(identity, from, now);
  }

  /** Begins the session of the person that a provider identified, in the browser in which the sign-in began. */
  redeemProvider(token: string, browser: string, now = Date.now()): { session: string; to: string } | ProviderRefusal {
    const returned = this.#providerSignIns.redeem(token, browser, now);
    if (returned === null) return { problem: "expired", provider: null, to: "/" };
    const person = this.#personOf(returned, now);
    if (typeof person === "string") return { problem: person, provider: returned.identity.provider, to: returned.to };
    return { session: this.#begin(person.id, now), to: returned.to };
  }

  signOut(token: string): void {
    this.#store.endSession(hashOf(token));
  }

  /** Ends all of a person's sessions, including the current one. */
  signOutEverywhere(token: string, now = Date.now()): void {
    const person = this.#store.session(hashOf(token), now);
    if (person !== null) this.#store.endSessions(person.id, null);
  }

  /** Changes the person's own name. Returns false without a session. */
  rename(token: string, name: string, now = Date.now()): boolean {
    const person = this.#store.session(hashOf(token), now);
    if (person !== null) this.#store.update(person.id, { name, roles: person.roles });
    return person !== null;
  }

  /** Sets the person's own password and ends their other sessions. Returns false when the session is too old. */
  setPassword(token: string, hash: string, now = Date.now()): boolean {
    const person = this.#store.session(hashOf(token), now);
    if (person === null || person.since <= now - freshMs) return false;
    this.#store.setPassword(person.id, hash);
    this.#store.endSessions(person.id, hashOf(token));
    return true;
  }

  list(after: string | null, limit: number): PersonRecord[] {
    return this.#store.list(after, limit).map(toRecord);
  }

  /** Adds or invites a person again; null when the app has the maximum of people. */
  invite(asked: { email: string; name: string; roles: string[] }, now = Date.now()): Invitation | null {
    const known = this.#store.byEmail(asked.email);
    const person =
      known === null
        ? this.#add(asked, now)
        : this.#change(known, { name: asked.name || known.name, roles: asked.roles });
    if (person === null) return null;
    const token = newToken();
    this.#store.insertToken(hashOf(token), asked.email, now, now + invitationMs);
    return { person: toRecord(person), token };
  }

  update(id: string, change: { name?: string; roles?: string[] }): PersonRecord | null {
    const person = this.#store.byId(id);
    return person === null ? null : toRecord(this.#change(person, change));
  }

  remove(id: string): boolean {
    const person = this.#store.byId(id);
    if (person === null) return false;
    this.#store.remove(id, person.email);
    this.#host.endSockets();
    return true;
  }

  setAccess(access: VisitorAccess): void {
    this.#store.setAccess(access);
    this.#host.endSockets();
  }

  get #providerSignIns(): ProviderSignIns {
    return new ProviderSignIns(this.#store);
  }

  /** Finds the person of an identity, joins it to the person with its verified address, or adds a person. */
  #personOf({ identity }: Returned, now: number): PersonRow | "conflict" | "not_invited" | "full" {
    const { provider, subject, email, name } = identity;
    const known = this.#store.byIdentity(provider, subject);
    if (known !== null) return known;
    const same = this.#store.byEmail(email);
    // An address that another account of the provider had before may have changed hands.
    if (same !== null && this.#store.hasIdentity(same.id, provider)) return "conflict";
    if (same === null && this.#store.access() !== "everyone") return "not_invited";
    const person = same ?? this.#add({ email, name, roles: [] }, now);
    if (person === null) return "full";
    this.#store.insertIdentity(provider, subject, person.id);
    if (person.name === "") this.#store.update(person.id, { name, roles: person.roles });
    return person;
  }

  /** Updates a person. A change of roles closes the app's sockets, which were opened with the former roles. */
  #change(person: PersonRow, { name, roles }: { name?: string | undefined; roles?: string[] | undefined }): PersonRow {
    const stored = roles === undefined ? person.roles : JSON.stringify(roles);
    const changed = { ...person, name: name ?? person.name, roles: stored };
    this.#store.update(person.id, changed);
    if (stored !== person.roles) this.#host.endSockets();
    return changed;
  }

  #allowNetwork(network: string | null, now: number): boolean {
    if (network === null) return true;
    return this.#store.count(`net:${network}`, limits.network.windowMs, now) < limits.network.max;
  }

  #mayJoin(email: string): boolean {
    if (this.#store.byEmail(email) !== null) return true;
    return this.#store.access() === "everyone" && this.#store.hasRoom();
  }

  #add({ email, name, roles }: { email: string; name: string; roles: string[] }, now: number): PersonRow | null {
    if (!this.#store.hasRoom()) return null;
    const id = `per_${now.toString(36).padStart(9, "0")}${randomUUID().replaceAll("-", "").slice(0, 16)}`;
    this.#store.insert({ id, email, name, roles: JSON.stringify(roles), created_at: now });
    return this.#store.byId(id);
  }

  #begin(personId: string, now: number): string {
    const token = newToken();
    this.#store.insertSession(hashOf(token), personId, now, now + sessionMs);
    this.#store.seen(personId, now);
    return token;
  }
}
