import { z } from "zod";
import type { AppMail } from "../../worker/contract/app-services.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";
import { RESERVED } from "../gateway/client-script.ts";
import { agreedPage, agreementPage, linkExpiredPage } from "../gateway/pages.ts";
import type { ClaimSigner } from "../services/claim-signer.ts";

/** Path prefix of the pages on which recipients consent to an app's mails or withdraw their consent. */
export const MAIL_PATH = `${RESERVED}mail/`;

/** Whether a request follows a link in a mail. Recipients who follow such links may not be visitors of the app. */
export const isMailAddress = (request: Request): boolean => new URL(request.url).pathname.startsWith(MAIL_PATH);

const CONFIRM_MS = 24 * 60 * 60 * 1_000;
const MAX_ADDRESSES = 20_000;

const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS mail_address (address TEXT PRIMARY KEY, agreed_at INTEGER NOT NULL) STRICT",
];

const address = z.email().max(254);
const oneLine = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, "must be one line");
const message = z.strictObject({
  to: address,
  subject: oneLine(200),
  text: z.string().min(1).max(50_000),
  replyTo: address.optional(),
});

const claim = z.object({ address: z.string(), agrees: z.boolean(), until: z.number().nullable() });
type Claim = z.infer<typeof claim>;

/**
 * Passes a mail to the API Worker, which counts and sends it.
 * @returns null, or a message that says why the API Worker did not send it
 */
export type SendMail = (mail: AppMail) => Promise<string | null>;

/**
 * Sends the mails of one app: to its owner, and to recipients who have consented. Consent is given on a page of the
 * platform, to which a mail links, so that an app cannot consent for its recipients. Each mail has a link to withdraw
 * consent.
 */
export class AppMailer {
  readonly #storage: DurableObjectStorage;
  readonly #signer: ClaimSigner;
  readonly #send: SendMail;
  readonly #origin: () => string | null;
  #isMigrated = false;

  /** @param origin returns the app's address, as its visitors last named it; null before the first visit */
  constructor(storage: DurableObjectStorage, signer: ClaimSigner, send: SendMail, origin: () => string | null) {
    this.#storage = storage;
    this.#signer = signer;
    this.#send = send;
    this.#origin = origin;
  }

  /**
   * Sends a mail to one address.
   * @throws TypeError for an invalid mail, Error that says why the platform did not send it
   */
  async send(input: unknown): Promise<void> {
    const { to, subject, text, replyTo } = parsed(message, input, "send");
    const hasAgreed = this.hasAgreed(to);
    const stopLink = hasAgreed ? this.#link({ address: normal(to), agrees: false, until: null }) : null;
    const mail = { kind: "message" as const, to, subject, text, hasAgreed, stopLink };
    refuse(await this.#send(replyTo === undefined ? mail : { ...mail, replyTo }));
  }

  /** Asks a recipient for consent to the app's mails. Sends nothing to an address that has already consented. */
  async confirm(input: unknown): Promise<void> {
    const to = parsed(address, input, "confirm");
    if (this.hasAgreed(to)) return;
    const link = this.#link({ address: normal(to), agrees: true, until: Date.now() + CONFIRM_MS });
    if (link === null) throw new Error("env.MAIL.confirm() works once the app has had a visitor.");
    refuse(await this.#send({ kind: "confirm", to, link }));
  }

  hasAgreed(input: unknown): boolean {
    const to = parsed(address, input, "hasAgreed");
    return this.#sql().exec("SELECT 1 FROM mail_address WHERE address = ?", normal(to)).toArray().length > 0;
  }

  /**
   * Responds to a request for a link in a mail. GET only shows the question, since programs also open links; POST
   * records the recipient's choice.
   */
  fetch(request: Request): Response {
    const token = new URL(request.url).pathname.slice(MAIL_PATH.length);
    const verified = claim.safeParse(this.#signer.verify("mail", token));
    if (!verified.success || (verified.data.until ?? Number.POSITIVE_INFINITY) < Date.now()) return linkExpiredPage();
    const { address: who, agrees } = verified.data;
    if (request.method === "GET" || request.method === "HEAD") return agreementPage(who, agrees);
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "GET, POST" } });
    this.#answer(who, agrees);
    return agreedPage(who, agrees);
  }

  #answer(who: string, agrees: boolean): void {
    const sql = this.#sql();
    if (!agrees) {
      sql.exec("DELETE FROM mail_address WHERE address = ?", who);
      return;
    }
    const { n } = sql.exec<{ n: number }>("SELECT count(*) AS n FROM mail_address").one();
    if (n >= MAX_ADDRESSES) throw new Error(`The app may write to ${MAX_ADDRESSES} addresses.`);
    sql.exec("INSERT OR IGNORE INTO mail_address VALUES (?, ?)", who, Date.now());
  }

  #link(claimed: Claim): string | null {
    const origin = this.#origin();
    return origin === null ? null : `${origin}${MAIL_PATH}${this.#signer.sign("mail", claimed)}`;
  }

  #sql(): SqlStorage {
    if (!this.#isMigrated) migrateSqlite(this.#storage, "mail", [FIRST_VERSION]);
    this.#isMigrated = true;
    return this.#storage.sql;
  }

  /** Withdraws all consents when the app's other data is deleted. */
  clear(): void {
    this.#sql().exec("DELETE FROM mail_address");
  }

  /** Marks the table as missing, after all data of the object was deleted. */
  forget(): void {
    this.#isMigrated = false;
  }
}

const normal = (text: string): string => text.toLowerCase();

function parsed<T>(schema: z.ZodType<T>, input: unknown, method: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TypeError(`env.MAIL.${method}: ${[...(issue?.path ?? []), issue?.message].join(": ")}`);
}

function refuse(reason: string | null): void {
  if (reason !== null) throw new Error(reason);
}
