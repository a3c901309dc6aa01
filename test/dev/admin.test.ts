import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAdmin } from "../../dev/admin.ts";
import { applyMigrations } from "../../dev/migrate.ts";
import { startPostgres } from "../../dev/postgres.ts";

let url = "";
let client: pg.Client;
const closing: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-admin-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  url = await postgres.createDatabase("edgesmith");
  await applyMigrations(url);
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`INSERT INTO "user" (id, name, email) VALUES ('usr_ada', 'Ada', 'ada@example.com')`);
  await client.query(`INSERT INTO project (id, owner_id, name, space, visibility, published_revision)
    VALUES ('prj_1', 'usr_ada', 'Mine', 'prj_1', 'public', 1)`);
  closing.push(
    () => client.end(),
    () => postgres.stop(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
}, 60_000);

afterAll(async () => {
  for (const close of closing) await close();
});

const admin = (...words: string[]) => runAdmin(url, words, "grace");
const rowsOf = async (text: string) => (await client.query(text)).rows;

describe("The command npm run admin", () => {
  it("The command npm run admin suspends an account by its email address, idempotently, and restores the account", async () => {
    expect(await admin("suspend", "ADA@example.com")).toBe("usr_ada is suspended.");
    await admin("suspend", "usr_ada");
    expect(await rowsOf('SELECT access_epoch FROM "user"')).toEqual([{ access_epoch: 2 }]);
    expect(JSON.parse(await admin("account", "usr_ada")).suspended_at).not.toBeNull();
    expect(await admin("unsuspend", "usr_ada")).toBe("usr_ada is no longer suspended.");
    expect(JSON.parse(await admin("account", "ada@example.com"))).toMatchObject({ suspended_at: null, projects: 1 });
    const entries = await rowsOf("SELECT action, actor_id FROM audit ORDER BY id");
    expect(entries).toContainEqual({ action: "account.suspended", actor_id: "grace" });
    expect(entries).toContainEqual({ action: "account.unsuspended", actor_id: "grace" });
  });

  it("The command npm run admin unpublishes an app and queues a notice for the preview Worker", async () => {
    expect(await admin("unpublish", "prj_1")).toBe("The app of prj_1 (of usr_ada) is taken down.");
    // The new epoch revokes the links to the project's preview, and its visits.
    expect(await rowsOf("SELECT visibility, published_revision, preview_epoch FROM project")).toEqual([
      { visibility: "private", published_revision: null, preview_epoch: 1 },
    ]);
    expect(await rowsOf("SELECT project_id FROM publication_outbox WHERE due_at <= now()")).toHaveLength(1);
    await expect(admin("unpublish", "prj_1")).rejects.toThrow("no published app");
  });

  it("The command npm run admin reports an unknown subject and lists its commands", async () => {
    await expect(admin("suspend", "nobody@example.com")).rejects.toThrow("Account nobody@example.com not found.");
    expect(await admin()).toContain("unpublish <project id>");
    expect(await admin("constructor", "x")).toContain("unpublish <project id>");
  });
});
