import type { Config } from "../config/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";

type Mail = { to: string; subject: string; text: string };

const timeoutMs = 10_000;

/** Whether mail leaves, or on one's own machine is shown in the log in its place. */
export const canMail = ({ mail, isLocal }: Config): boolean => mail !== null || isLocal;

/** Sends a mail. That it could not be sent is noted and nobody's to hear: who asked for it is not told whether it went. */
export async function sendMail(config: Config, mail: Mail): Promise<void> {
  // Whoever waits for it on their own machine finds it whatever else is logged.
  if (config.mail === null) return log("info", "info", { event: "mail", ...mail });
  const { url, key, from } = config.mail;
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ from, to: [mail.to], subject: mail.subject, text: mail.text }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the mail service answered ${answer.status}`);
  } catch (error) {
    log(config.logLevel, "error", { event: "mail.failed", subject: mail.subject, error: messageOf(error) });
  }
}

/** The link under which a person sets another password. */
export const resetMail = ({ appUrl }: Config, to: string, token: string): Mail => ({
  to,
  subject: "Set a new password for Edgesmith",
  text: [
    "Somebody, probably you, has asked for a new password for your Edgesmith account.",
    `Set it here, within an hour:\n\n${appUrl}/reset-password?token=${encodeURIComponent(token)}`,
    "Setting it signs you out everywhere and revokes all your API tokens. Your webhooks and triggers are switched off until you have checked them in the settings.",
    "If it was not you, nothing has changed, and you can leave this as it is.",
  ].join("\n\n"),
});

/** Tells the owner that the password is another one now, and what that has ended. */
export const passwordResetMail = ({ appUrl }: Config, to: string): Mail => ({
  to,
  subject: "Your Edgesmith password was reset",
  text: [
    "The password of your Edgesmith account was set anew, by the link in a mail to this address.",
    "You were signed out everywhere, and all API tokens were revoked. Webhooks and triggers are switched off until you have checked them:",
    `${appUrl}/settings/security`,
    "If it was not you, somebody else can read your mail: change the password of your mailbox, and then this one.",
  ].join("\n\n"),
});

/** The link that verifies an email address. */
export const verificationMail = ({ appUrl }: Config, to: string, token: string): Mail => ({
  to,
  subject: "Verify your email address for Edgesmith",
  text: [
    "Somebody, probably you, has made an Edgesmith account with this email address.",
    `Verify it here, within a day:\n\n${appUrl}/v1/auth/verify-email?token=${encodeURIComponent(token)}&callbackURL=${encodeURIComponent("/settings/security")}`,
    "If it was not you, leave this as it is: nobody can start a run, publish an app or create a token with that account.",
  ].join("\n\n"),
});

/** Tells the owner that the account will be deleted, and how to keep it. */
export const deletionMail = ({ appUrl }: Config, to: string, dueAt: Date): Mail => ({
  to,
  subject: "Your Edgesmith account will be deleted",
  text: [
    `Your Edgesmith account, with all its projects, will be deleted for good on ${dueAt.toISOString().slice(0, 10)}.`,
    `If you want to keep it, sign in until then:\n\n${appUrl}/settings/security`,
    "If it was not you who asked for this, set a new password as well.",
  ].join("\n\n"),
});
