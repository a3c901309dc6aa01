import { relations } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const author = sqliteTable("author", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull().unique(),
});

export const note = sqliteTable("note", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  authorId: integer("author_id")
    .notNull()
    .references(() => author.id, { onDelete: "cascade" }),
  text: text("text").notNull(),
  done: integer("done", { mode: "boolean" }).notNull().default(false),
  writtenAt: integer("written_at", { mode: "timestamp" }).notNull(),
});

export const authorRelations = relations(author, ({ many }) => ({ notes: many(note) }));
export const noteRelations = relations(note, ({ one }) => ({
  author: one(author, { fields: [note.authorId], references: [author.id] }),
}));
