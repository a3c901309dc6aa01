import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../environment.ts";
import { type HostedApp, objectOf } from "./hosted-app.ts";
import { OBJECT_HEADER } from "./object-namespace.ts";

/** The app that owns the objects, and the id of the calling code. */
type ObjectsProps = HostedApp & { codeId: string };

/** Address of an app's Durable Object. `name` is null for an id that was not created from a name. */
export type ObjectAddress = { className: string; id: string; name: string | null };

/** A call to an object, with the id of the calling code. `args` is null for a property read. */
export type ObjectCall = { object: ObjectAddress; codeId: string; method: string; args: unknown[] | null };

/**
 * Forwards the requests and calls of an app's code to the app's own Durable Objects, which are facets of the project's
 * object.
 */
export class AppObjects extends WorkerEntrypoint<Environment, ObjectsProps> {
  /**
   * Forwards a request to an object.
   * @throws TypeError for a request without an object's address, which the app's object would mistake for a visitor's
   *   request
   */
  override async fetch(request: Request): Promise<Response> {
    parseAddress(request.headers.get(OBJECT_HEADER) ?? "null");
    const headers = new Headers(request.headers);
    headers.set(CODE_HEADER, this.ctx.props.codeId);
    return this.#app().fetch(new Request(request, { headers }));
  }

  async call(object: ObjectAddress, method: string, args: unknown[] | null): Promise<unknown> {
    return this.#app().callObject({ object, codeId: this.ctx.props.codeId, method, args });
  }

  #app() {
    return objectOf(this.env, this.ctx.props);
  }
}

/**
 * A request to an app's Durable Object, with the id of the calling code. Visitors cannot send either header
 * (gateway/headers.ts).
 */
export type ObjectRequest = { object: ObjectAddress; codeId: string; request: Request };

const CODE_HEADER = "x-edgesmith-code";

/**
 * Removes the object's address from a request.
 * @returns null for a visitor's request
 */
export function takeObject(request: Request): ObjectRequest | null {
  const header = request.headers.get(OBJECT_HEADER);
  if (header === null) return null;
  const codeId = request.headers.get(CODE_HEADER) ?? "";
  const headers = new Headers(request.headers);
  headers.delete(OBJECT_HEADER);
  headers.delete(CODE_HEADER);
  return { object: parseAddress(header), codeId, request: new Request(request, { headers }) };
}

/** Parses the header. The app's own isolate writes the header, so it is untrusted. */
function parseAddress(header: string): ObjectAddress {
  const value: unknown = JSON.parse(decodeURIComponent(header));
  return checkAddress(value);
}

/**
 * Validates an object's address.
 * @throws TypeError for any other value
 */
export function checkAddress(value: unknown): ObjectAddress {
  if (typeof value === "object" && value !== null && "className" in value && "id" in value && "name" in value) {
    const { className, id, name } = value;
    const isId = typeof id === "string" && /^[0-9a-f]{64}$/.test(id);
    if (typeof className === "string" && isId && (typeof name === "string" || name === null))
      return { className, id, name };
  }
  throw new TypeError("This is not the address of a Durable Object.");
}
