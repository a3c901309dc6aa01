import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyMigrations } from "../dev/migrate.ts";
import { startNeonGateway } from "../dev/neon-gateway.ts";
import { startPostgres } from "../dev/postgres.ts";
import { connect } from "../worker/database/index.ts";

/** A real PostgreSQL with the newest schema, behind the gateway, reached as the Worker reaches it. */
export async function startDatabase() {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-bench-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  const url = await postgres.createDatabase("bench");
  await applyMigrations(url);
  const gateway = await startNeonGateway({ connectionString: url });
  return {
    database: connect({ url, fetchEndpoint: gateway.url }),
    gateway,
    stop: async () => {
      await gateway.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
