import type { Hono } from "hono";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { createApp } from "./app.ts";
import type { AppEnv } from "./environment.ts";

type App = Hono<AppEnv>;

/**
 * Creates the API by need: the schemas of all routes take longer to build than an isolate's first request may wait. A
 * request for one of the first routes is always served by those alone: to match it takes a twentieth of the time
 * (1.7 µs instead of 32, compiled) among so few. The middleware has no state of its own, so that both may serve.
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

/** Creates the first routes, with a look-up of whether a request is for one of them. */
export function createFirst(): First {
  const app = createApp("first");
  const known = new SmartRouter<true>({ routers: [new RegExpRouter(), new TrieRouter()] });
  // `ALL` is middleware, which precedes routes that do not exist too.
  for (const { method, path } of app.routes) if (method !== "ALL") known.add(method, path, true);
  const serves = (request: Request) => known.match(request.method, app.getPath(request))[0].length > 0;
  return { app, serves };
}
