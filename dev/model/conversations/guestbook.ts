import { exampleApp } from "./example-apps.ts";

export const guestbook = exampleApp({
  name: "guestbook",
  example: "Make a guestbook with a database",
  asks: /\b(guest ?book|visitors? book|comments? page|message board|note ?(?:book|pad)|notes app)\b/i,
  folder: "guestbook",
  opening:
    "A guestbook is one table and two requests. I write the server with its database first, then the page. First a look at the project.",
  parts: [
    {
      text: "The server keeps the entries in SQLite, checks what it is sent, and gives the newest hundred.",
      message: "Add the guestbook's server",
      files: /server\.ts$/,
    },
    { text: "And the page to sign.", message: "Add the guestbook's page", files: /^(?!.*server\.ts$)/ },
  ],
  probes: [
    { method: "POST", path: "/api/entries", body: { name: "Ada", text: "What a lovely place." } },
    { method: "GET", path: "/api/entries" },
  ],
  closing:
    "The guestbook is open. Entries are stored in the app's own database and shown as plain text, so that nobody can leave markup behind.",
});
