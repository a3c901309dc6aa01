import { inject } from "vitest";
import { user } from "../../../drizzle/schema/index.ts";
import { type Config, parseConfig } from "../../../worker/config/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { connect } from "../../../worker/database/index.ts";

const databaseUrl = inject("quietDatabaseUrl");
const { fetchEndpoint } = inject("stage");

/** A configuration as the Worker would parse it, over a database that only these tests use. */
export const config: Config = parseConfig({
  DATABASE_URL: databaseUrl,
  DATABASE_FETCH_ENDPOINT: fetchEndpoint,
  AUTH_SECRET: "a-secret-of-thirty-two-characters",
  APP_URL: "https://edgesmith.example",
  PREVIEW_DOMAIN: "preview.edgesmith.example",
  SESSIONS: {},
  RATE_LIMITERS: {},
  DELIVERIES: {},
  PREVIEW: {},
});

export const database = connect(config.database);

/** A fresh account; gives its id. */
export async function newOwner(): Promise<string> {
  const id = newId("user");
  await database.insert(user).values({ id, name: "Ada", email: `${id}@example.com` });
  return id;
}
