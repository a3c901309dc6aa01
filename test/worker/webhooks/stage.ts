import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyMigrations } from "../../../dev/migrate.ts";
import { startNeonGateway } from "../../../dev/neon-gateway.ts";
import { startPostgres } from "../../../dev/postgres.ts";
import { user } from "../../../drizzle/schema/index.ts";
import type { Context } from "../../../worker/accounts/index.ts";
import { type Config, parseConfig } from "../../../worker/config/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { connect } from "../../../worker/database/index.ts";

/** Starts a PostgreSQL behind a real gateway, with the newest schema and no accounts. */
export async function startStage() {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-webhooks-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  const url = await postgres.createDatabase("edgesmith");
  await applyMigrations(url);
  const gateway = await startNeonGateway({ connectionString: url });
  const database = connect({ url, fetchEndpoint: gateway.url });
  /**
   * Creates an account.
   * @returns its id
   */
  const newOwner = async (): Promise<string> => {
    const id = newId("user");
    await database.insert(user).values({ id, name: "Ada", email: `${id}@example.com` });
    return id;
  };
  return {
    database,
    /** The variables by which a Worker reaches the database. */
    variables: { DATABASE_URL: url, DATABASE_FETCH_ENDPOINT: gateway.url },
    newOwner,
    /** Creates an account and the context in which a route calls the module's operations. */
    newCaller: async (config = configOf()): Promise<Context> => {
      const ownerId = await newOwner();
      const person = { name: "Ada", email: `${ownerId}@example.com`, plan: "free", sessionId: "" } as const;
      return { config, database, actor: { kind: "user", ownerId, ...person } };
    },
    stop: async () => {
      await gateway.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** @returns a configuration as the Worker parses it */
export const configOf = (): Config =>
  parseConfig({
    DATABASE_URL: "postgresql://edgesmith@localhost/edgesmith",
    AUTH_SECRET: "a-secret-of-thirty-two-characters",
    APP_URL: "https://edgesmith.example",
    PREVIEW_DOMAIN: "edgesmith-apps.example",
    SESSIONS: {},
    RATE_LIMITERS: {},
    DELIVERIES: {},
    PREVIEW: {},
  });
