import { Hono } from "hono";
import { Link, Script } from "hono-vite-react-stack/components";
import { renderToString } from "react-dom/server.edge";

const app = new Hono();

app.get("/", (c) =>
  c.html(
    renderToString(
      <html lang="en">
        <head>
          <title>A stack</title>
          <Script />
          <Link href="/src/style.css" rel="stylesheet" />
        </head>
        <body>
          <p className="font-bold">Rivers</p>
          <div id="root" />
        </body>
      </html>,
    ),
  ),
);

export default app;
