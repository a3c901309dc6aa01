import type { Hono } from "hono";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { createApp } from "./app.ts";
import type { AppEnv } from "./environment.ts";

type App = Hono<AppEnv>;

/**
 * Creates the API on demand: the schemas of all routes take longer to build than an isolate's first request may wait.
 * The small app of the first routes always serves those: it matches a request in a twentieth of the time (1.7 µs instead
 * of 32, compiled). The middleware has no state of its own, so both apps can serve.
 */
export function createApi(): App["fetch"] {
  let all: App | undefined;
  let first: First | undefined;
  return (request, env, context) => {
    first ??= createFirst();
    if (first.serves(request)) return first.app.fetch(request, env, context);
    all ??= createApp();
    return all.fetch(request, env, context);
  };
}

type First = { app: App; serves: (request: Request) => boolean };

/** Creates the first routes, with a lookup that tells whether a request is for one of them. */
export function createFirst(): First {
  const app = createApp("first");
  const known = new SmartRouter<true>({ routers: [new RegExpRouter(), new TrieRouter()] });
  // `ALL` is middleware, which also runs for routes that do not exist.
  for (const { method, path } of app.routes) if (method !== "ALL") known.add(method, path, true);
  const serves = (request: Request) => known.match(request.method, app.getPath(request))[0].length > 0;
  return { app, serves };
}
