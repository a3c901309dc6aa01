import { type Context, canMail, deliverMail } from "../accounts/index.ts";
import type { GivenRole } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { getProject } from "../projects/index.ts";
import { selectOwner } from "./store.ts";

type Invited = { projectId: string; to: string; role: GivenRole; link: string; days: number };

const inOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const rights: Record<GivenRole, string> = {
  editor: "change its files and send prompts",
  viewer: "see its conversation, its files and its preview",
};

type Named = Pick<Invited, "to" | "role" | "link" | "days"> & { ownerName: string; projectName: string };

/** Returns the mail with the link of an invitation. */
export function invitationMail({ to, role, link, days, ownerName, projectName }: Named) {
  const [owner, project] = [inOneLine(ownerName), inOneLine(projectName)];
  return {
    to,
    subject: `${owner} invites you to “${project}”`,
    text: [
      `${owner} invites you to the project “${project}” on Edgesmith. You will be able to ${rights[role]}.`,
      `Sign in with this address and join within ${days === 1 ? "a day" : `${days} days`}:\n\n${link}`,
      "If you don't know who that is, you can ignore this email.",
    ].join("\n\n"),
  };
}

/**
 * Mails the link of an invitation to its address.
 * @returns whether the mail service accepted it; the owner has the link in any case
 */
export async function mailInvitation(context: Context, invited: Invited): Promise<boolean> {
  const { config, database, actor } = context;
  const { projectId } = invited;
  if (!canMail(config)) return false;
  // The actor may be a token, whose name means nothing to the person.
  const [{ name: projectName }, [owner]] = await Promise.all([
    getProject(context, projectId),
    executeIdempotent(selectOwner(database, { ownerId: actor.ownerId, projectId })),
  ]);
  try {
    await deliverMail(config, invitationMail({ ...invited, projectName, ownerName: owner?.name ?? "" }));
    return true;
  } catch (error) {
    log(config.logLevel, "error", { event: "mail.failed", subject: "invitation", error: messageOf(error) });
    return false;
  }
}
