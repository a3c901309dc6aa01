import type { Config } from "../config/index.ts";
import { AppError, messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";

type Mail = { to: string; subject: string; text: string; replyTo?: string };

const timeoutMs = 10_000;

/** @returns whether mail is sent, or logged instead on a developer's machine */
export const canMail = ({ mail, isLocal }: Config): boolean => mail !== null || isLocal;

/**
 * Sends a mail. Logs a failure instead of throwing it: the caller of the route must not learn whether mail was sent.
 */
export async function sendMail(config: Config, mail: Mail): Promise<void> {
  try {
    await deliverMail(config, mail);
  } catch (error) {
    log(config.logLevel, "error", { event: "mail.failed", subject: mail.subject, error: messageOf(error) });
  }
}

/**
 * Sends a mail for a caller who may know whether it was sent.
 * @throws AppError `dependency_down` when the mail service does not accept it
 */
export async function deliverMail(config: Config, mail: Mail): Promise<void> {
  // On a developer's machine the mail goes to the log at any log level.
  if (config.mail === null) return log("info", "info", { event: "mail", ...mail });
  const { url, key, from } = config.mail;
  const { to, subject, text, replyTo } = mail;
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ from, to: [to], subject, text, ...(replyTo !== undefined && { reply_to: replyTo }) }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new AppError("dependency_down", "Couldn't reach the mail service. Try again.", { cause });
  });
  await response.body?.cancel();
  if (response.ok) return;
  throw new AppError("dependency_down", `The mail service responded with status ${response.status}. Try again.`);
}

/** @returns the mail with the link to set a new password */
export const resetMail = ({ appUrl }: Config, to: string, token: string): Mail => ({
  to,
  subject: "Reset your Edgesmith password",
  text: [
    "Someone, probably you, asked to reset the password of your Edgesmith account.",
    `Choose a new password within an hour:\n\n${appUrl}/reset-password?token=${encodeURIComponent(token)}`,
    "This signs you out everywhere, revokes all your API tokens, and turns off your webhooks and triggers until you confirm them in Settings.",
    "If it wasn't you, you can ignore this email. Nothing has changed.",
  ].join("\n\n"),
});

/** @returns the mail that tells the owner about the new password and the access that the reset ended */
export const passwordResetMail = ({ appUrl }: Config, to: string): Mail => ({
  to,
  subject: "Your Edgesmith password was reset",
  text: [
    "The password of your Edgesmith account was reset with the link we emailed to this address.",
    "You've been signed out everywhere, and all API tokens have been revoked. Webhooks and triggers are off until you confirm them:",
    `${appUrl}/settings/security`,
    "If it wasn't you, someone else can read your email: change your email password first, then this one.",
  ].join("\n\n"),
});

/** @returns the mail with the link that verifies an email address */
export const verificationMail = ({ appUrl }: Config, to: string, token: string): Mail => ({
  to,
  subject: "Verify your email address for Edgesmith",
  text: [
    "Someone, probably you, created an Edgesmith account with this email address.",
    `Verify it within a day:\n\n${appUrl}/v1/auth/verify-email?token=${encodeURIComponent(token)}&callbackURL=${encodeURIComponent("/settings/security")}`,
    "If it wasn't you, you can ignore this email: an unverified account can't send prompts, publish apps or create tokens.",
  ].join("\n\n"),
});

/** @returns the mail that tells the owner about the deletion and how to cancel it */
export const deletionMail = ({ appUrl }: Config, to: string, dueAt: Date): Mail => ({
  to,
  subject: "Your Edgesmith account will be deleted",
  text: [
    `Your Edgesmith account and all its projects will be permanently deleted on ${dueAt.toISOString().slice(0, 10)}.`,
    `To keep it, sign in before then:\n\n${appUrl}/settings/security`,
    "If you didn't ask for this, reset your password too.",
  ].join("\n\n"),
});
