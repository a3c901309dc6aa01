import { exampleApp } from "./example-apps.ts";

/** The demonstration: a full-stack app with an API and a database of its own. */
export const todo = exampleApp({
  name: "todo list",
  example: "Make a todo list with an API that remembers the todos",
  asks: /\b(to-?dos?|to do list|task list|tasks? app)\b/i,
  folder: "todo",
  opening:
    "I will make a todo list in three parts: a **server** with a JSON API and its own SQLite database, a small **typed client**, and a **page** that works on a phone too. First I look at what is in the project.",
  parts: [
    {
      text: "The server comes first: `GET`, `POST`, `PATCH` and `DELETE` under `/api/todos`. Its table is made by a migration that runs once, so that later changes keep the todos.",
      message: "Add the todo API with its database",
      files: /server\.ts$/,
    },
    {
      text: "Next, the front end: the page, its style, and the code that calls the API. Titles are set as text and never as HTML, so nobody can smuggle markup into a todo.",
      message: "Add the page and its client",
      files: /^(?!.*server\.ts$)/,
    },
  ],
  probes: [
    { method: "POST", path: "/api/todos", body: { title: "Try this todo list" } },
    { method: "GET", path: "/api/todos" },
  ],
  closing: [
    "Your todo list is ready, and it remembers: the todos live in the app's own database.",
    "",
    "- `src/server.ts`: the API, a Durable Object class `App` with SQLite",
    "- `src/api.ts`, `src/main.ts`: the typed client and the page's behaviour",
    "- `index.html`, `src/style.css`: the page",
    "",
    "Next:",
    "- Add due dates",
    "- Add priorities",
    "- Add dark mode",
  ].join("\n"),
});
