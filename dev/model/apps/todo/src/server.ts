import { DurableObject } from "cloudflare:workers";

type Todo = {
  id: number;
  title: string;
  done: boolean;
};

type Value = string | number | null;

// Each entry runs once, in this order. To change the table later, append an entry.
const migrations = [
  "CREATE TABLE todo (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0)",
];

// What a client may set, and how each value is checked: undefined means "not valid".
const fields: Record<string, (value: unknown) => Value | undefined> = {
  title: (value) =>
    typeof value === "string" && value.trim() !== "" && value.length <= 200 ? value.trim() : undefined,
  done: (value) => (typeof value === "boolean" ? Number(value) : undefined),
};

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });

/** The app's server. One object holds the todos in its own SQLite database. */
export class App extends DurableObject {
  #ready = false;

  override async fetch(request: Request): Promise<Response> {
    this.#migrate();
    const { pathname } = new URL(request.url);
    const id = Number(/^\/api\/todos\/(\d+)$/.exec(pathname)?.[1] ?? 0);
    if (pathname !== "/api/todos" && id === 0) return problem(404, "There is nothing here.");
    switch (`${request.method} ${id === 0 ? "list" : "one"}`) {
      case "GET list":
        return Response.json(this.#todos());
      case "POST list":
        return this.#create(await read(request));
      case "PATCH one":
        return this.#update(id, await read(request));
      case "DELETE one":
        this.ctx.storage.sql.exec("DELETE FROM todo WHERE id = ?", id);
        return new Response(null, { status: 204 });
      default:
        return problem(405, `${request.method} is not possible here.`);
    }
  }

  #migrate() {
    if (this.#ready) return;
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY)");
    const applied = sql.exec("SELECT count(*) AS count FROM migration").one() as { count: number };
    for (const [number, statement] of migrations.entries()) {
      if (number < applied.count) continue;
      sql.exec(statement);
      sql.exec("INSERT INTO migration (number) VALUES (?)", number);
    }
    this.#ready = true;
  }

  #todos(id?: number): Todo[] {
    const rows =
      id === undefined
        ? this.ctx.storage.sql.exec("SELECT * FROM todo ORDER BY done, id DESC").toArray()
        : this.ctx.storage.sql.exec("SELECT * FROM todo WHERE id = ?", id).toArray();
    return rows.map((row) => ({ ...(row as unknown as Todo), done: row.done === 1 }));
  }

  #create(values: Map<string, Value> | undefined): Response {
    if (!values?.has("title")) return problem(422, "A todo needs a title of at most 200 characters.");
    const names = [...values.keys()];
    const { id } = this.ctx.storage.sql
      .exec(
        `INSERT INTO todo (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")}) RETURNING id`,
        ...values.values(),
      )
      .one() as { id: number };
    return Response.json(this.#todos(id)[0], { status: 201 });
  }

  #update(id: number, values: Map<string, Value> | undefined): Response {
    if (!values || values.size === 0) return problem(422, "Nothing in the request can be set.");
    const assignments = [...values.keys()].map((name) => `${name} = ?`).join(", ");
    this.ctx.storage.sql.exec(`UPDATE todo SET ${assignments} WHERE id = ?`, ...values.values(), id);
    const [todo] = this.#todos(id);
    return todo ? Response.json(todo) : problem(404, "There is no such todo.");
  }
}

/** The request's fields, checked; undefined if one of them is not valid. Only names listed above reach the SQL. */
async function read(request: Request): Promise<Map<string, Value> | undefined> {
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) return undefined;
  const values = new Map<string, Value>();
  for (const [name, value] of Object.entries(body)) {
    const checked = Object.hasOwn(fields, name) ? fields[name]?.(value) : undefined;
    if (checked === undefined) return undefined;
    values.set(name, checked);
  }
  return values;
}
