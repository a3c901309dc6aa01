import { Hono } from "hono";
import { Link, Script, ViteClient } from "vite-ssr-components/hono";

const app = new Hono();

app.get("/", (c) =>
  c.html(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Rendered by a server</title>
        <ViteClient />
        <Script src="/src/client/main.ts" />
        <Link href="/src/style.css" rel="stylesheet" />
      </head>
      <body>
        <p class="font-bold">Rivers</p>
      </body>
    </html>,
  ),
);

export default app;
