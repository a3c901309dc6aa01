// `npm run admin -- help`: suspends and restores accounts and published apps. For the operators of an installation.
import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { z } from "zod";
import { hookReasons } from "../worker/accounts/hook-reasons.ts";
import { newId } from "../worker/contract/new-id.ts";
import { SUPERUSER } from "./postgres/server.ts";
import { ROOT } from "./supervisor/content-hash.ts";

const help = `npm run admin -- <command>

  account <id or email>     shows an account
  suspend <id or email>     refuses all access to it, cancels its runs and takes its apps down
  unsuspend <id or email>   lets it in again; its apps stay private until they are published again
  unpublish <project id>    takes a published app down

The database is that of DATABASE_URL, or else the local one of EDGESMITH_DATA (.edgesmith), which must be running.
Background work follows within two minutes. ADMIN_NAME is the name in the audit log.`;

/**
 * Runs one admin command.
 * @param by the operator's name, stored in the audit record
 * @returns the text to print
 * @throws Error with a message for the operator when the command or its subject is unknown
 */
export async function runAdmin(databaseUrl: string, [command, subject]: string[], by: string): Promise<string> {
  const action = command !== undefined && Object.hasOwn(actions, command) ? actions[command] : undefined;
  if (!action || !subject) return help;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await action(client, subject, by);
  } finally {
    await client.end();
  }
}

type Action = (client: pg.Client, subject: string, by: string) => Promise<string>;

const setSuspension =
  (suspended: boolean): Action =>
  async (client, account, by) => {
    const operation = { account, suspended, by, hooksReason: hookReasons.suspended, auditId: newId("audit") };
    const { rows } = await client.query("SELECT set_suspension($1::jsonb) AS id", [JSON.stringify(operation)]);
    const id = textIn(rows[0], "id");
    if (id === null) throw new Error(`Account ${account} not found.`);
    return suspended ? `${id} is suspended.` : `${id} is no longer suspended.`;
  };

const actions: Record<string, Action> = {
  suspend: setSuspension(true),
  unsuspend: setSuspension(false),
  unpublish: async (client, project, by) => {
    const { rows } = await client.query("SELECT take_down($1, $2, $3) AS owner", [project, newId("audit"), by]);
    const owner = textIn(rows[0], "owner");
    if (owner === null) throw new Error(`The project ${project} does not exist or has no published app.`);
    return `The app of ${project} (of ${owner}) is taken down.`;
  },
  account: async (client, account) => {
    const { rows } = await client.query(
      `SELECT u.id, u.email, u.email_verified, u.plan, u.created_at, u.suspended_at, u.deletion_due_at,
        (SELECT count(*)::integer FROM project WHERE owner_id = u.id) AS projects,
        (SELECT count(*)::integer FROM project WHERE owner_id = u.id AND visibility = 'public') AS published
      FROM "user" u WHERE u.id = $1 OR u.email = lower($1)`,
      [account],
    );
    if (rows.length === 0) throw new Error(`Account ${account} not found.`);
    return JSON.stringify(rows[0], null, 2);
  },
};

const textIn = (row: unknown, name: string): string | null => {
  const value: unknown = typeof row === "object" && row !== null ? Reflect.get(row, name) : null;
  return typeof value === "string" ? value : null;
};

const localState = z.object({ databasePassword: z.string(), databasePort: z.number() });

/** Returns the connection string of the local installation's database. */
function localDatabase(): string {
  const folder = resolve(ROOT, process.env.EDGESMITH_DATA || ".edgesmith");
  const path = join(folder, "local-state.json");
  if (!existsSync(path)) throw new Error(`Set DATABASE_URL: there is no local installation in ${folder}.`);
  const { databasePassword, databasePort } = localState.parse(JSON.parse(readFileSync(path, "utf8")));
  return `postgresql://${SUPERUSER}:${encodeURIComponent(databasePassword)}@127.0.0.1:${databasePort}/edgesmith`;
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL || localDatabase();
  runAdmin(url, process.argv.slice(2), process.env.ADMIN_NAME || userInfo().username).then(
    (told) => console.log(told),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
