import type { Operation, ProjectInput } from "../contract/index.ts";
import { readLayered, readTemplate } from "./read-template.ts";
import blogText from "./templates/blog.md";
import bookingText from "./templates/booking.md";
import chatText from "./templates/chat.md";
import dashboardText from "./templates/dashboard.md";
import honoReactText from "./templates/hono-react.md";
import kanbanText from "./templates/kanban.md";
import landingText from "./templates/landing.md";
import newsletterText from "./templates/newsletter.md";
import photoWallText from "./templates/photo-wall.md";
import quizText from "./templates/quiz.md";
import reactShadcnText from "./templates/react-shadcn.md";
import recipesText from "./templates/recipes.md";
import svelteText from "./templates/svelte.md";
import vueText from "./templates/vue.md";

type TemplateName = NonNullable<ProjectInput["template"]>;

const file = (path: string, content: string): Operation => ({ op: "create", path, content });

const page = (script: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>New app</title>
    <link rel="stylesheet" href="/src/style.css" />
  </head>
  <body>
    <main id="app"><h1>New app</h1></main>
${script}  </body>
</html>
`;

const style = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
`;

const server = `import { DurableObject } from "cloudflare:workers";

/** Answers every request that is no static file; its SQLite is the app's database. */
export class App extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS visit (at TEXT NOT NULL)");
    if (new URL(request.url).pathname !== "/api/visits") return new Response("Not found", { status: 404 });
    if (request.method === "POST") this.ctx.storage.sql.exec("INSERT INTO visit VALUES (?)", new Date().toISOString());
    const { visits } = this.ctx.storage.sql.exec<{ visits: number }>("SELECT count(*) AS visits FROM visit").one();
    return Response.json({ visits });
  }
}
`;

const client = `const answer = await fetch("/api/visits", { method: "POST" });
const { visits }: { visits: number } = await answer.json();
const line = document.createElement("p");
line.textContent = \`Visit number \${visits}\`;
document.querySelector("#app")?.append(line);

// With an export the file is a module, which may await.
export {};
`;

const plain = {
  blank: [],
  static: [file("index.html", page("")), file("src/style.css", style)],
  fullstack: [
    file("index.html", page('    <script type="module" src="/src/main.ts"></script>\n')),
    file("src/style.css", style),
    file("src/main.ts", client),
    file("src/server.ts", server),
  ],
};

/** Apps on the files of `react-shadcn`, with the titles of their pages. */
const layered = {
  dashboard: { title: "Dashboard", text: dashboardText },
  landing: { title: "Daybreak", text: landingText },
  booking: { title: "Book an hour", text: bookingText },
  kanban: { title: "Board", text: kanbanText },
  quiz: { title: "Quick quiz", text: quizText },
  recipes: { title: "Our recipes", text: recipesText },
  blog: { title: "Notes from the workshop", text: blogText },
  chat: { title: "Chat", text: chatText },
  "photo-wall": { title: "Photo wall", text: photoWallText },
  newsletter: { title: "One line a day", text: newsletterText },
} satisfies Partial<Record<TemplateName, { title: string; text: string }>>;

const written: Record<Exclude<TemplateName, keyof typeof plain | keyof typeof layered>, string> = {
  "react-shadcn": reactShadcnText,
  vue: vueText,
  svelte: svelteText,
  "hono-react": honoReactText,
};

/** Returns the files of a template, as create operations. */
export function templateFiles(name: TemplateName): Operation[] {
  switch (name) {
    case "blank":
    case "static":
    case "fullstack":
      return plain[name];
    case "react-shadcn":
    case "vue":
    case "svelte":
    case "hono-react":
      return readTemplate(written[name]);
    default:
      return readLayered(reactShadcnText, layered[name]);
  }
}
