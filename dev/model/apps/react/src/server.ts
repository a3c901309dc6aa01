import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

/** The app's server: Hono routes over the object's own SQLite database. */
export class App extends DurableObject {
  readonly #routes = this.#define();

  override fetch(request: Request): Response | Promise<Response> {
    return this.#routes.fetch(request);
  }

  #define() {
    const { sql } = this.ctx.storage;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS book (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, author TEXT NOT NULL, read INTEGER NOT NULL DEFAULT 0)",
    );
    return new Hono()
      .get("/api/books", (c) => c.json(sql.exec("SELECT * FROM book ORDER BY read, id DESC").toArray()))
      .post("/api/books", async (c) => {
        const body = await c.req.json().catch(() => ({}));
        const { title, author } = body;
        if (typeof title !== "string" || typeof author !== "string" || !title.trim() || !author.trim()) {
          return c.json({ error: "A book needs a title and an author." }, 422);
        }
        const book = sql.exec(
          "INSERT INTO book (title, author) VALUES (?, ?) RETURNING *",
          title.trim(),
          author.trim(),
        );
        return c.json(book.one(), 201);
      })
      .post("/api/books/:id/read", (c) => {
        const [book] = sql
          .exec("UPDATE book SET read = 1 - read WHERE id = ? RETURNING *", Number(c.req.param("id")))
          .toArray();
        return book ? c.json(book) : c.json({ error: "There is no such book." }, 404);
      });
  }
}
