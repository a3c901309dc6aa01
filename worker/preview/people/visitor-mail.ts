import { eq } from "drizzle-orm";
import { project } from "../../../drizzle/schema/index.ts";
import { canMail, sendMail } from "../../accounts/index.ts";
import type { Config } from "../../config/index.ts";
import type { VisitorMail } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";

/** Whether mail can be sent to the people of apps. */
export const canMailVisitors = (config: Config): boolean => canMail(config);

/**
 * Mails a person the link that signs them in to an app. Drops the mail of a deleted project; logs a failure of the mail
 * service.
 */
export async function mailVisitor(
  { config, database }: { config: Config; database: Database },
  { projectId, to, link }: VisitorMail,
): Promise<void> {
  const named = database.select({ name: project.name }).from(project).where(eq(project.id, projectId));
  const [row] = await executeIdempotent(named);
  if (row === undefined) return;
  await sendMail(config, {
    to,
    subject: `Sign in to ${row.name}`,
    text: [
      `Someone, probably you, asked to sign in to “${row.name}”, an app made with Edgesmith.`,
      `Sign in within 15 minutes:\n\n${link}`,
      "If it wasn't you, you can ignore this email.",
    ].join("\n\n"),
  });
}

type Invited = { to: string; appName: string; link: string };

/** Mails an invitation to an app. Logs a failure of the mail service. */
export async function mailInvitation(config: Config, { to, appName, link }: Invited): Promise<void> {
  await sendMail(config, {
    to,
    subject: `You're invited to ${appName}`,
    text: [
      `The owner of “${appName}”, an app made with Edgesmith, invites you to use it.`,
      `Sign in within a week:\n\n${link}`,
      "If you don't know this app, you can ignore this email.",
    ].join("\n\n"),
  });
}
