import type { Config } from "../config/index.ts";
import { AppError } from "../errors.ts";
import type { Actor } from "./actor.ts";

/** Whether an email address must be verified before anything that costs money: where mail leaves this installation. */
export const verifiesEmail = ({ mail }: Config): boolean => mail !== null;

/** What keeps an account from what costs money or acts outside; null where nothing does. */
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
