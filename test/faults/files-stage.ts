import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyMigrations } from "../../dev/migrate.ts";
import { startNeonGateway } from "../../dev/neon-gateway.ts";
import { startPostgres } from "../../dev/postgres.ts";
import { user } from "../../drizzle/schema/index.ts";
import type { Context } from "../../worker/accounts/index.ts";
import { newId } from "../../worker/contract/index.ts";
import { connect } from "../../worker/database/index.ts";
import { createProject } from "../../worker/projects/index.ts";
import { configOf } from "../worker/webhooks/stage.ts";

/**
 * Starts a PostgreSQL and a gateway, and calls the Worker's file operations in this process.
 * @param options.durable true turns fsync on
 */
export async function openFilesStage({ durable }: { durable: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-files-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable });
  const url = await postgres.createDatabase("edgesmith");
  await applyMigrations(url);
  const gateway = await startNeonGateway({ connectionString: url, maxConnectionsPerDatabase: 30 });
  const database = connect({ url, fetchEndpoint: gateway.url });
  const ownerId = newId("user");
  const email = "ada@example.com";
  await database.insert(user).values({ id: ownerId, name: "Ada", email });
  const context: Context = {
    config: configOf(),
    database,
    actor: { kind: "user", ownerId, plan: "enterprise", name: "Ada", email, sessionId: "" },
  };
  return {
    url,
    postgres,
    gateway,
    context,
    newProject: async (): Promise<string> => (await createProject(context, { name: "Files" })).id,
    close: async () => {
      await gateway.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type FilesStage = Awaited<ReturnType<typeof openFilesStage>>;
