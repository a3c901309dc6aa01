import { env } from "cloudflare:workers";
import { count, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as schema from "./schema";

type Env = { DB: D1Database; CACHE: KVNamespace };

const { author, note } = schema;
const app = new Hono<{ Bindings: Env }>();

app.post("/api/notes", async (context) => {
  const db = drizzle(context.env.DB, { schema });
  const { text } = await context.req.json<{ text: string }>();
  const [ada] = await db.select().from(author).where(eq(author.name, "Ada"));
  const [written] = await db
    .insert(note)
    .values({ authorId: ada?.id ?? 0, text, writtenAt: new Date(0) })
    .returning();
  await context.env.CACHE.put("last", JSON.stringify(written), { metadata: { by: ada?.name }, expirationTtl: 600 });
  return context.json(written);
});

app.get("/api/summary", async (context) => {
  const db = drizzle(context.env.DB, { schema });
  const [, [done], [total]] = await db.batch([
    db.update(note).set({ done: true }).where(eq(note.text, "milk")),
    db.select({ n: count() }).from(note).where(eq(note.done, true)),
    db.select({ n: count() }).from(note),
  ]);
  const authors = await db.query.author.findMany({ with: { notes: { columns: { text: true, writtenAt: true } } } });
  const refused = await db.insert(author).values({ name: "Ada" }).then(
    () => "twice",
    (error: Error) => String(error.cause),
  );
  const last = await (env as Env).CACHE.getWithMetadata<{ text: string }, { by: string }>("last", "json");
  return context.json({
    done: done?.n,
    total: total?.n,
    names: authors.map(({ name, notes }) => `${name}: ${notes.map(({ text }) => text).join(" ")}`),
    year: authors[0]?.notes[0]?.writtenAt.getUTCFullYear(),
    refused: refused.includes("UNIQUE constraint failed: author.name"),
    last: `${last.value?.text} by ${last.metadata?.by}`,
  });
});

export default app;
