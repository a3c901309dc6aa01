import { sql } from "drizzle-orm";
import { canMail, deliverMail } from "../../accounts/index.ts";
import { type AppMail, dayOf } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { type AppContext, appAccount } from "./app-account.ts";

/**
 * Sends a mail of an app: its own mail to an address that has agreed, or the platform's request for that agreement.
 * @returns null, or a sentence on why it was not sent
 * @throws AppError `not_found`, `account_suspended`, `dependency_down` when the mail service does not accept it
 */
export async function sendAppMail(context: AppContext, projectId: string, mail: AppMail): Promise<string | null> {
  const { config, database } = context;
  if (!canMail(config)) return "This platform has no mail service.";
  const { ownerId, plan, projectName, email } = await appAccount(context, projectId);
  const isOwners = email !== null && mail.to.toLowerCase() === email.toLowerCase();
  if (mail.kind === "message" && !mail.hasAgreed && !isOwners) {
    return `${mail.to} has not agreed to mails from this app. Ask with env.MAIL.confirm().`;
  }
  const rows = await executeIdempotent(
    database.execute<{ taken: boolean }>(
      sql`SELECT take_app_mail(${ownerId}, ${dayOf(Date.now())}::date, ${plan.appMails}) AS taken`,
    ),
  );
  if (rows.rows[0]?.taken !== true) return `The apps of this account can send at most ${plan.appMails} mails a day.`;
  const name = projectName.replace(/\s+/g, " ").trim();
  await deliverMail(config, mail.kind === "confirm" ? question(mail, name) : message(mail, name));
  return null;
}

const question = ({ to, link }: Extract<AppMail, { kind: "confirm" }>, name: string) => ({
  to,
  subject: `May "${name}" send you email?`,
  text: [
    `Someone, probably you, entered this address in the app "${name}".`,
    `To allow the app to send you email, open this page within a day and confirm:\n\n${link}`,
    "If it wasn't you, you can ignore this email. The app won't send you anything.",
  ].join("\n\n"),
});

const message = ({ to, subject, text, replyTo, stopLink }: Extract<AppMail, { kind: "message" }>, name: string) => ({
  to,
  subject,
  text: `${text}\n\n--\nSent by the app "${name}".${stopLink === null ? "" : ` To stop its emails: ${stopLink}`}`,
  ...(replyTo !== undefined && { replyTo }),
});
