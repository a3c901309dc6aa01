import { DurableObject } from "cloudflare:workers";

const limits = { name: 60, text: 500 };

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });

/** A field's text, or undefined if it is missing, empty or too long. */
function text(body: unknown, field: "name" | "text"): string | undefined {
  const value = typeof body === "object" && body !== null ? Reflect.get(body, field) : undefined;
  const trimmed = typeof value === "string" ? value.trim() : "";
  return trimmed === "" || trimmed.length > limits[field] ? undefined : trimmed;
}

/** The app's server. The entries live in its SQLite database. */
export class App extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const { sql } = this.ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL)",
    );
    if (new URL(request.url).pathname !== "/api/entries") return problem(404, "There is nothing here.");
    if (request.method === "GET") {
      return Response.json(sql.exec("SELECT * FROM entry ORDER BY id DESC LIMIT 100").toArray());
    }
    if (request.method !== "POST") return problem(405, `${request.method} is not possible here.`);
    const body: unknown = await request.json().catch(() => undefined);
    const name = text(body, "name");
    const message = text(body, "text");
    if (!name || !message) return problem(422, "Please give a name and a message of at most 500 characters.");
    const entry = sql
      .exec("INSERT INTO entry (name, text, at) VALUES (?, ?, ?) RETURNING *", name, message, new Date().toISOString())
      .one();
    return Response.json(entry, { status: 201 });
  }
}
