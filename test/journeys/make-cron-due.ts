import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Moves a cron's due time to now, in the database of the app's object, so that no test waits for a time of day. The
 * object checks its due times when new code is visited.
 * @param folder the folder in which the preview Worker's runtime stores its Durable Objects
 */
export async function makeCronDue(folder: string, cron: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".sqlite"));
  let changed = 0;
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file), { timeout: 10_000 });
    const { n } = database.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'due'").get() ?? {};
    const now = Date.now();
    if (n === 1) {
      const update = database.prepare("UPDATE due SET due_at = ?, next_at = ? WHERE name = ?");
      changed += Number(update.run(now, now, cron).changes);
    }
    database.close();
  }
  if (changed === 0) throw new Error(`no app has the cron ${cron}`);
}
