import type { Config } from "../config/index.ts";
import { AppError } from "../errors.ts";
import type { Actor } from "./actor.ts";

/**
 * @returns whether accounts must verify their email address before an operation that costs money: only an installation
 *   that sends mail requires it
 */
export const verifiesEmail = ({ mail }: Config): boolean => mail !== null;

/**
 * @returns whether a caller is an owner of the platform: a person, not a program, with an address that ADMIN_EMAILS
 *   lists and, where mail is configured, that is verified
 */
export const isAdmin = (config: Config, actor: Actor): boolean =>
  actor.kind === "user" &&
  config.adminEmails.includes(actor.email.toLowerCase()) &&
  (actor.emailVerified === true || !verifiesEmail(config));

/**
 * @returns the error that keeps an account from operations that cost money or act on other systems; null for an account
 *   in good standing
 */
export function standingFault(config: Config, actor: Actor | null): AppError | null {
  if (actor?.kind !== "user" && actor?.kind !== "token") return null;
  if (actor.isLeaving === true)
    return new AppError(
      "deletion_pending",
      "This account is scheduled for deletion. Cancel the deletion in Settings first.",
    );
  if (actor.emailVerified !== true && verifiesEmail(config))
    return new AppError("email_not_verified", "Verify your email address first. We've emailed you a link.");
  return null;
}
