import { exampleApp } from "./example-apps.ts";

export const reactApp = exampleApp({
  name: "React app",
  example: "Make a reading list with React and Hono",
  asks: /\b(react|hono|reading list|book ?shelf|books? app)\b/i,
  folder: "react",
  opening:
    "This one uses packages from the registry: React with Tailwind for the page, Hono for the server's routes. First a look at the project.",
  parts: [
    {
      text: "`package.json` names the packages at exact versions, `vite.config.ts` the plugins; the server has three routes over its own database.",
      message: "Add the server with Hono",
      files: /(package\.json|vite\.config\.ts|tsconfig\.json|server\.ts)$/,
    },
    {
      text: "Now the React side: a theme, a button and an input under `src/components/ui`, and a list that talks to the API.",
      message: "Add the page with React",
      files: /^(?!package\.json$|vite\.config\.ts$|tsconfig\.json$|.*server\.ts$)/,
    },
  ],
  probes: [
    { method: "POST", path: "/api/books", body: { title: "The Left Hand of Darkness", author: "Ursula K. Le Guin" } },
    { method: "GET", path: "/api/books" },
  ],
  closing:
    "The reading list works: React 19 in `src/reading-list.tsx`, styled with Tailwind, Hono in `src/server.ts`, the books in the app's database.",
});
