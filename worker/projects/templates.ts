import type { Operation, ProjectInput } from "../contract/index.ts";
import { readTemplate } from "./read-template.ts";
import honoReactText from "./templates/hono-react.md";
import reactShadcnText from "./templates/react-shadcn.md";
import svelteText from "./templates/svelte.md";
import vueText from "./templates/vue.md";

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

const written: Record<Exclude<TemplateName, keyof typeof plain>, string> = {
  "react-shadcn": reactShadcnText,
  vue: vueText,
  svelte: svelteText,
  "hono-react": honoReactText,
};

type TemplateName = NonNullable<ProjectInput["template"]>;

/** Returns the files of a template, as create operations. */
export function templateFiles(name: TemplateName): Operation[] {
  switch (name) {
    case "blank":
    case "static":
    case "fullstack":
      return plain[name];
    default:
      return readTemplate(written[name]);
  }
}
