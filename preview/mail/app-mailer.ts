import { z } from "zod";
import type { AppMail } from "../../worker/contract/app-services.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";
import { RESERVED } from "../gateway/client-script.ts";
import { agreedPage, agreementPage, linkExpiredPage } from "../gateway/pages.ts";
import type { ClaimSigner } from "../services/claim-signer.ts";

/** Where the pages begin on which people agree to an app's mails, or withdraw. */
export const MAIL_PATH = `${RESERVED}mail/`;

/** Whether a request is for a link of a mail, which people follow who are not visitors of the app otherwise. */
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

/** Hands a mail to the API Worker, which counts and sends it. @returns null, or a sentence why it was not sent */
export type SendMail = (mail: AppMail) => Promise<string | null>;

/**
 * The mails of one app: to its owner, and to people who have agreed on a page of the platform, which a mail leads to. An
 * app cannot agree for them, and each mail has a link to withdraw.
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

  /** Sends a mail to one address. @throws TypeError for an invalid mail, Error that says why it was not sent */
  async send(input: unknown): Promise<void> {
    const { to, subject, text, replyTo } = parsed(message, input, "send");
    const hasAgreed = this.hasAgreed(to);
    const stopLink = hasAgreed ? this.#link({ address: normal(to), agrees: false, until: null }) : null;
    const mail = { kind: "message" as const, to, subject, text, hasAgreed, stopLink };
    refuse(await this.#send(replyTo === undefined ? mail : { ...mail, replyTo }));
  }

  /** Asks an address whether the app may write to it. Nothing is sent to one that has agreed. */
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

  /** Answers a visit of a link in a mail: GET shows the question, since programs open links too, and POST is the answer. */
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

  /** Withdraws all consents, with the app's other data. */
  clear(): void {
    this.#sql().exec("DELETE FROM mail_address");
  }

  /** Forgets its table, which is deleted with all other data. */
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
