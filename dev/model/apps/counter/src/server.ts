import { DurableObject } from "cloudflare:workers";

/** The app's server: one number in its database, changed by one request at a time. */
export class App extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL)");
    sql.exec("INSERT OR IGNORE INTO counter (id, value) VALUES (1, 0)");
    if (new URL(request.url).pathname !== "/api/counter") return Response.json({ error: "Not found" }, { status: 404 });
    if (request.method === "DELETE") sql.exec("UPDATE counter SET value = 0");
    if (request.method === "POST") {
      const body: unknown = await request.json().catch(() => undefined);
      const step = typeof body === "object" && body !== null ? Reflect.get(body, "step") : undefined;
      if (step !== 1 && step !== -1) return Response.json({ error: "The step is 1 or -1." }, { status: 422 });
      sql.exec("UPDATE counter SET value = value + ?", step);
    }
    return Response.json(sql.exec("SELECT value FROM counter").one());
  }
}
