import { createHash } from "node:crypto";
import { faultOfName, isOwnHost } from "../../../worker/contract/host-names.ts";
import { isLoopbackHost, kindOfHost } from "../../../worker/contract/ip-ranges.ts";
import type {
  AppEnvironment,
  EgressGrant,
  PreviewLog,
  SecretAttachment,
} from "../../../worker/contract/preview-rpc.ts";
import type { SignInProvider } from "../../../worker/contract/sign-in-rpc.ts";
import type { Environment } from "../../environment.ts";
import { maxRequestsPerMinute } from "./limits.ts";
import { attachmentsTo, matchGrant } from "./match-grant.ts";
import { Redaction } from "./redact.ts";

/** The variables of an app's `env`, and an id: equal ids always mean equal variables. */
export type Variables = { id: string; values: Record<string, string> };

/**
 * The decision on one outbound request. An admitted request has a destination, an additional header, and the values to
 * redact from the response; a refused request has a reason. Only values that were sent to the host are redacted:
 * otherwise an app could guess another host's secret, have its own host echo the guess, and learn from a redacted or
 * delayed response that the guess is right.
 */
export type Passage =
  | { url: string; header: { name: string; value: string } | null; secrets: string[] }
  | { refusal: string; logged: string };

type Loaded = { environment: AppEnvironment; variables: Variables; redaction: Redaction; readAt: number };

/** The maximum age of a cached environment. The API Worker announces changes, but an announcement may be lost. */
const maxAgeMs = 60_000;
/** The maximum age of a cached environment while the API Worker does not answer. */
const maxStaleMs = 15 * 60_000;

const NONE: Variables = { id: "", values: {} };

/** Caches and applies the variables, secrets and grants of one app, in the app's object in the preview Worker. */
export class AppSettings {
  readonly #env: Environment;
  readonly #projectId: string;
  readonly #target: "preview" | "public";
  #loaded: Loaded | null = null;
  #reading: Promise<Loaded> | null = null;
  /** Counts announced changes, so that the result of a read that began before a change is not used after it. */
  #changes = 0;
  #isStale = true;
  #minute = 0;
  #requests = 0;

  constructor(env: Environment, projectId: string, target: "preview" | "public") {
    this.#env = env;
    this.#projectId = projectId;
    this.#target = target;
  }

  /** Invalidates the cached environment. */
  changed(): void {
    this.#changes += 1;
    this.#isStale = true;
  }

  /** Clears the cache, for a deleted project. */
  forget(): void {
    this.changed();
    this.#loaded = null;
  }

  /** Returns the variables of the app's `env`. */
  async variables(): Promise<Variables> {
    return (await this.#current({ orStale: true })).variables;
  }

  /** Returns the providers that visitors may use to sign in to the app. */
  async signInProviders(): Promise<SignInProvider[]> {
    return (await this.#current({ orStale: true })).environment.signIn ?? [];
  }

  /** Redacts the values of secrets in a log line. This object has read every value that it could have sent. */
  redacted(line: PreviewLog): PreviewLog {
    const redaction = this.#loaded?.redaction;
    if (redaction === undefined) return line;
    const { message, stack } = line;
    return { ...line, message: redaction.text(message), ...(stack !== undefined && { stack: redaction.text(stack) }) };
  }

  /**
   * Decides on an outbound request of the app's server.
   * @param isAgain whether the request belongs to an open socket, which was counted when it connected
   */
  async admit(address: string, method: string, isAgain: boolean): Promise<Passage> {
    const url = new URL(address);
    const host = url.host;
    if (!isAgain && !this.#takesRequest()) {
      const detail = `The request to ${host} was refused: an app can send at most ${maxRequestsPerMinute} requests a minute.`;
      return { refusal: detail, logged: "refused (too many requests)" };
    }
    const fault = faultOfRequest(url, this.#env);
    if (fault !== null) return refuse(host, fault);
    const { environment } = await this.#current({ orStale: false });
    const grant = matchGrant(environment.grants, { url, method });
    if (grant === "host") return refuse(host, "is not granted: the app's owner can grant it in the app's settings");
    if (grant === "method") return refuse(host, `is not granted for ${method} requests`);
    return pass(url, grant, environment);
  }

  /**
   * Returns the environment: a fresh one after an announced change, otherwise a cached one of about a minute at most.
   * @param orStale whether the environment from before the change may be used while the API Worker does not answer.
   *   False for grants: the change may have revoked one.
   */
  async #current({ orStale }: { orStale: boolean }): Promise<Loaded> {
    const known = this.#loaded;
    const age = known === null ? Number.POSITIVE_INFINITY : Date.now() - known.readAt;
    if (known === null || age > maxStaleMs) return this.#read();
    if (this.#isStale) return orStale ? this.#read().catch(() => known) : this.#read();
    if (age > maxAgeMs) this.#read().catch(() => known);
    return known;
  }

  /**
   * Reads the environment from the API Worker.
   * @throws Error when the API Worker does not answer
   */
  #read(): Promise<Loaded> {
    if (this.#reading !== null) return this.#reading;
    const reading = this.#readOnce().catch((failure: unknown) => {
      console.error(JSON.stringify({ level: "error", event: "app_environment_unread", detail: String(failure) }));
      throw new Error("The app's settings can't be read right now. Try again.", { cause: failure });
    });
    const done = () => {
      this.#reading = null;
    };
    reading.then(done, done);
    this.#reading = reading;
    return reading;
  }

  async #readOnce(): Promise<Loaded> {
    const changes = this.#changes;
    const environment = await this.#env.API.readAppEnvironment(this.#projectId, this.#target);
    if (changes !== this.#changes) return this.#readOnce();
    const redaction = new Redaction(Object.values(environment.secrets));
    const variables = variablesOf(environment);
    this.#loaded = { environment, variables, redaction, readAt: Date.now() };
    this.#isStale = false;
    return this.#loaded;
  }

  #takesRequest(): boolean {
    if (this.#env.RATE_LIMITS === "off" && isLoopbackHost(new URL(`http://${this.#env.PREVIEW_DOMAIN}`).hostname))
      return true;
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#requests = 0;
    }
    this.#requests += 1;
    return this.#requests <= maxRequestsPerMinute;
  }
}

const refuse = (host: string, fault: string): Passage => ({
  refusal: `The request to ${host} was refused: the host ${host} ${fault}.`,
  logged: "refused (not granted)",
});

/**
 * Returns the reason to refuse a request that no grant can allow; null for other requests. Grants are validated when
 * they are created; this is a second line of defence.
 */
function faultOfRequest(url: URL, env: Environment): string | null {
  const { hostname, protocol } = url;
  const isLoopback = isLoopbackHost(hostname);
  if (isOwnHost(url, { appUrl: env.APP_URL, previewDomain: env.PREVIEW_DOMAIN }))
    return "is the platform's own and is not granted";
  // The API Worker decides whether loopback hosts may be called; otherwise it grants none.
  if (isLoopback) return protocol === "http:" ? null : "is not granted over https";
  if (protocol !== "https:") return `is not granted over ${protocol.replace(":", "")}: use https`;
  const fault = kindOfHost(hostname) === "name" ? faultOfName(hostname) : "must be a name";
  return fault === null ? null : `is not granted: it ${fault}`;
}

/** Fills the grant's templates. */
function pass(url: URL, { header, query }: EgressGrant, { secrets, grants }: AppEnvironment): Passage {
  const missing = [header, query]
    .flatMap((part) => (part === null ? [] : namesOf(part)))
    .find((name) => secrets[name] === undefined);
  if (missing !== undefined) {
    const detail = `The request to ${url.host} was refused: its grant names the secret ${missing}, which has no value.`;
    return { refusal: detail, logged: `refused (secret ${missing} is not set)` };
  }
  const fill = ({ template }: SecretAttachment) =>
    template.replace(PLACEHOLDER, (_, name: string) => secrets[name] ?? "");
  const target = new URL(url);
  target.username = "";
  target.password = "";
  target.hash = "";
  if (query !== null) target.searchParams.set(query.name, fill(query));
  const filled = [header, query].flatMap((part) => (part === null ? [] : [fill(part)]));
  const known = attachmentsTo(url.host, grants).flatMap(namesOf);
  return {
    url: target.href,
    header: header === null ? null : { name: header.name, value: fill(header) },
    secrets: [...filled, ...known.flatMap((name) => secrets[name] ?? [])],
  };
}

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

const namesOf = ({ template }: SecretAttachment): string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);

function variablesOf({ variables }: AppEnvironment): Variables {
  const entries = Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) return NONE;
  const id = createHash("sha256").update(JSON.stringify(entries)).digest("base64url");
  return { id, values: Object.fromEntries(entries) };
}
