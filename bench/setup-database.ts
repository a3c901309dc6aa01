import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyMigrations } from "../dev/migrate.ts";
import { startNeonGateway } from "../dev/neon-gateway.ts";
import { startPostgres } from "../dev/postgres.ts";
import { project, user } from "../drizzle/schema/index.ts";
import type { Context } from "../worker/accounts/index.ts";
import { parseConfig } from "../worker/config/index.ts";
import { newId } from "../worker/contract/index.ts";
import { connect } from "../worker/database/index.ts";

/** Starts a real PostgreSQL with the newest schema behind the gateway, connected as the Worker connects to it. */
export async function setupDatabase() {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-bench-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  const url = await postgres.createDatabase("bench");
  await applyMigrations(url);
  const gateway = await startNeonGateway({ connectionString: url });
  const database = connect({ url, fetchEndpoint: gateway.url });
  const ownerId = newId("user");
  await database
    .insert(user)
    .values({ id: ownerId, name: "Bench", email: `${ownerId}@example.com`, plan: "enterprise" });
  const context: Context = {
    config,
    database,
    actor: { kind: "user", ownerId, plan: "enterprise", name: "Bench", email: "", sessionId: "" },
  };
  return {
    context,
    gateway,
    url,
    postgres,
    newProject: async (): Promise<string> => {
      const id = newId("project");
      await database.insert(project).values({ id, ownerId, name: "bench", space: id });
      return id;
    },
    stop: async () => {
      await gateway.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type BenchDatabase = Awaited<ReturnType<typeof setupDatabase>>;

const config = parseConfig({
  DATABASE_URL: "postgresql://bench@localhost/bench",
  AUTH_SECRET: "only-for-a-benchmark-32-characters",
  APP_URL: "http://localhost:8787",
  PREVIEW_DOMAIN: "localhost:8788",
  SESSIONS: {},
  RATE_LIMITERS: {},
  DELIVERIES: {},
  PREVIEW: {},
});
