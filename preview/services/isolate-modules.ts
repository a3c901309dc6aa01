// Code that runs inside a generated app's isolate: the platform's services, through AppServices.

import type { OwnService } from "../project/wrangler-config.ts";

/** The binding through which an isolate calls AppServices. The app's own code does not see it in its env. */
export const SERVICES_BINDING = "EDGESMITH_SERVICES";
/** The header with a request's visitor, as an opaque name. Visitors cannot send it (gateway/headers.ts). */
export const VISITOR_HEADER = "x-edgesmith-visitor";
/** The header of the platform's call to the scheduled handler. */
export const SCHEDULED_HEADER = "x-edgesmith-scheduled";
/** The response status of a server without a scheduled handler. */
export const NOT_SCHEDULED = 501;

/**
 * Returns the source of the module that removes the binding from the env and adds the services, before the app's own
 * modules load.
 * @param buckets names of the R2 bindings in the app's configuration
 */
export const servicesModule = (buckets: readonly string[]): string =>
  `${SERVICES}
for (const name of ${JSON.stringify(buckets)}) env[name] = files(services, name);
env.FILES ??= files(services, "FILES");
env.AI ??= { messages };
env.MAIL ??= mail;
`;

/**
 * Returns the source of the module that adds a server's bindings to itself to its `env`. Resolves each binding on
 * access, since the runtime has no entry points before the modules have run.
 */
export const ownServicesModule = (
  own: readonly OwnService[],
): string => `import { env, exports } from "cloudflare:workers";
for (const { binding, entryPoint } of ${JSON.stringify(own)}) {
  Object.defineProperty(env, binding, { get: () => exports[entryPoint], enumerable: true, configurable: true });
}
`;

/** Returns the source of the module that wraps the server's default export in the platform's handler. */
export const handlerModule = (): string => HANDLER;

const SERVICES = `import { AsyncLocalStorage } from "node:async_hooks";
import { env } from "cloudflare:workers";
import { files } from "./files.js";

export const services = env.${SERVICES_BINDING};
delete env.${SERVICES_BINDING};

// A cache keeps entries by address, and the apps' hosts share theirs: one app could read another's. A cache may lose
// any entry at any time, so that this one loses all.
const empty = {
  match: async () => undefined,
  put: async (_, response) => void (await response.body?.cancel()),
  delete: async () => false,
};
const caches = { default: empty, open: async () => empty, match: empty.match, has: empty.delete, delete: empty.delete, keys: async () => [] };
Object.defineProperty(globalThis, "caches", { value: caches, configurable: true });

const visitors = new AsyncLocalStorage();

/** The visitor whose request is being handled; null outside of a request. */
export const visitor = () => visitors.getStore() ?? null;

/** An error with the code of a failure. */
const failure = ({ code, detail }) => Object.assign(new Error(detail), { code });

/** Asks a model for a message: the message, or with stream: true a stream of its events. */
async function messages(request, { visitor: named } = {}) {
  const answer = await services.messages(named ?? visitor(), request);
  if (!answer.ok) throw failure(answer);
  return answer.stream ?? answer.message;
}

const mail = {
  async send(message) {
    await services.sendMail(message);
  },
  async confirm(address) {
    await services.confirmAddress(address, visitor());
  },
  hasAgreed: (address) => services.hasAgreed(address),
};

/** Handles a request on behalf of its visitor, whom the app's code does not see. */
export function visitedBy(request, handle) {
  const name = request.headers.get("${VISITOR_HEADER}");
  if (name === null) return handle(request);
  const headers = new Headers(request.headers);
  headers.delete("${VISITOR_HEADER}");
  return visitors.run(name, () => handle(new Request(request, { headers })));
}
`;

const HANDLER = `import { visitedBy } from "./services.js";

const isObject = (value) => typeof value === "function" || (typeof value === "object" && value !== null);
const ABSENT = () => new Response(null, { status: ${NOT_SCHEDULED} });

/** An export as the runtime takes it for an entry point: it refuses to start a Worker that exports a string or a number. */
export const entryPoint = (value) => (isObject(value) ? value : {});

export function handlerOf({ default: handler }) {
  if (!isObject(handler)) return objectOf({});
  return typeof handler === "function" ? classOf(handler) : objectOf(handler);
}

function classOf(Handler) {
  const Prepared = class extends Handler {
    async fetch(request, ...rest) {
      const event = eventOf(request);
      if (event === null) {
        if (typeof Handler.prototype.fetch !== "function") throw new Error("Handler does not export a fetch() function.");
        return visitedBy(request, (visited) => Handler.prototype.fetch.call(this, visited, ...rest));
      }
      if (typeof this.scheduled !== "function") return ABSENT();
      await this.scheduled(event);
      return new Response(null, { status: 204 });
    }
  };
  return Object.defineProperty(Prepared, "name", { value: Handler.name });
}

function objectOf(handler) {
  return {
    async fetch(request, env, ctx) {
      const event = eventOf(request);
      if (event === null) {
        if (typeof handler.fetch !== "function") throw new Error("Handler does not export a fetch() function.");
        return visitedBy(request, (visited) => handler.fetch(visited, env, ctx));
      }
      if (typeof handler.scheduled !== "function") return ABSENT();
      await handler.scheduled(event, env, ctx);
      return new Response(null, { status: 204 });
    },
  };
}

/** The host's call as a ScheduledController; null for any other request. */
export function eventOf(request) {
  const header = request.headers.get("${SCHEDULED_HEADER}");
  return header === null ? null : { type: "scheduled", ...JSON.parse(header), noRetry() {} };
}
`;
