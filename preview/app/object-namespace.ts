// Code that runs inside a generated app's isolate: the namespaces of its Durable Objects, which are facets of the
// project's own object (object-gateway.ts).

import type { BoundObjects } from "../project/wrangler-config.ts";

/**
 * The header that names a request's target object. Only an app's isolate sets it, and only for the app's own objects.
 */
export const OBJECT_HEADER = "x-edgesmith-object";

/**
 * The module's source. It replaces each gateway in `env` by a namespace before the app's own modules run, so that
 * handlers, classes and `import { env } from "cloudflare:workers"` all see the namespace.
 */
export function objectNamespaces(objects: readonly BoundObjects[]): string {
  const bound = objects.map(({ binding, className, storedAs }) => [binding, className, storedAs]);
  return `const BOUND = ${JSON.stringify(bound)};\n${NAMESPACES}`;
}

const NAMESPACES = String.raw`import { env } from "cloudflare:workers";
import { createHash, randomBytes } from "node:crypto";

const HEX = /^[0-9a-f]{64}$/;

class DurableObjectId {
  #hex;
  constructor(hex, name) {
    this.#hex = hex;
    if (name !== undefined) Object.defineProperty(this, "name", { value: name, enumerable: true });
  }
  toString() {
    return this.#hex;
  }
  equals(other) {
    return String(other) === this.#hex;
  }
}

/** The id that an object of the app was started with, as its ctx.id. */
export function objectId(started) {
  const { id, name } = JSON.parse(started);
  return new DurableObjectId(id, name ?? undefined);
}

class DurableObjectNamespace {
  #gateway;
  #className;
  /** What ids are made from, so that a renamed class has the same. */
  #storedAs;
  constructor(gateway, className, storedAs) {
    this.#gateway = gateway;
    this.#className = className;
    this.#storedAs = storedAs;
  }
  idFromName(name) {
    if (typeof name !== "string") throw new TypeError("The name of a Durable Object is a string.");
    const hash = createHash("sha256").update(this.#storedAs + "\0" + name);
    return new DurableObjectId(hash.digest("hex"), name);
  }
  newUniqueId() {
    return new DurableObjectId(randomBytes(32).toString("hex"));
  }
  idFromString(hex) {
    if (!HEX.test(hex)) throw new TypeError("Invalid Durable Object ID: must be 64 hex digits");
    return new DurableObjectId(hex);
  }
  get(id) {
    if (!(id instanceof DurableObjectId)) throw new TypeError("get() takes an id that idFromName(), idFromString() or newUniqueId() gave.");
    return stubOf(this.#gateway, this.#className, id);
  }
  getByName(name) {
    return this.get(this.idFromName(name));
  }
  jurisdiction() {
    return this;
  }
}

function stubOf(gateway, className, id) {
  const object = { className, id: String(id), name: id.name ?? null };
  const own = {
    id,
    name: id.name,
    fetch(input, init) {
      const request = new Request(input, init);
      const headers = new Headers(request.headers);
      headers.set("${OBJECT_HEADER}", encodeURIComponent(JSON.stringify(object)));
      return gateway.fetch(new Request(request, { headers }));
    },
  };
  return new Proxy(own, {
    get(target, key) {
      if (Object.hasOwn(target, key)) return target[key];
      if (typeof key !== "string" || key === "then") return undefined;
      const method = (...args) => gateway.call(object, key, args);
      // A property that is awaited and not called is read.
      method.then = (resolve, reject) => gateway.call(object, key, null).then(resolve, reject);
      return method;
    },
  });
}

for (const [binding, ...named] of BOUND) env[binding] = new DurableObjectNamespace(env[binding], ...named);
`;
