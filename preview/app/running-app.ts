import { objectsOf, type ServerCode } from "../project/server.ts";
import { SERVICES_BINDING } from "../services/isolate-modules.ts";
import { AppFacets } from "./app-facets.ts";
import { appModules, PLATFORM_VERSION } from "./app-platform.ts";
import { checkAddress, type ObjectAddress, type ObjectCall, type ObjectRequest } from "./object-gateway.ts";

/** Error of requests in flight when the app's code is replaced or its data is cleared. */
export const REPLACED = "The app has just been replaced. Ask again.";
const COMPATIBILITY_DATE = "2026-11-01";
const CPU_MS = 10_000;
const SUBREQUESTS = 50;
/** How long requests in flight may still be served by the code that they started with. */
const DRAIN_MS = 5_000;

/**
 * Runs an app's server: its `App` class as a facet, whose SQLite database survives changes of code, or its default
 * export, with a facet for each Durable Object of its wrangler configuration. The server has no network, and only the
 * bindings and variables of that configuration.
 */
export class RunningApp {
  readonly #facets: AppFacets;
  readonly #loader: WorkerLoader;
  readonly #name: string;
  readonly #tailsFor: (codeId: string) => Fetcher[];
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #cpuMs: number;
  readonly #assets: () => Fetcher;
  readonly #objects: (codeId: string) => Fetcher;
  readonly #services: () => Fetcher;
  /** The server whose code the facets run. */
  #server: ServerCode | null = null;

  /**
   * @param name prefix of the name that the code is loaded under: the same name and code always have the same tails
   * @param tailsFor returns the tail Workers of the code with this id
   * @param cpuMs maximum CPU time of one request; the local runtime does not enforce it
   */
  constructor(
    state: DurableObjectState,
    loader: WorkerLoader,
    { name, tailsFor, assets, objects, services, cpuMs = CPU_MS }: Running,
  ) {
    this.#facets = new AppFacets(state);
    this.#loader = loader;
    this.#name = name;
    this.#tailsFor = tailsFor;
    this.#cpuMs = cpuMs;
    this.#assets = assets;
    this.#objects = objects;
    this.#services = services;
  }

  /**
   * Sends a request to the app's server.
   * @throws the exception of the app's code
   */
  async fetch(server: ServerCode, request: Request): Promise<Response> {
    if (!server.hasApp && objectsOf(server).length === 0) return this.fetchDefault(server, request);
    await this.#switchTo(server);
    const app = server.hasApp ? this.#facets.app(this.#classOf(server, "App")) : this.#load(server).getEntrypoint();
    return this.#whole(await this.#track(app.fetch(request)));
  }

  /**
   * Calls the default export of the app's server, also of one whose visitors are served by `App`.
   * @throws the exception of the app's code
   */
  fetchDefault(server: ServerCode, request: Request): Promise<Response> {
    return this.#load(server).getEntrypoint().fetch(request);
  }

  /**
   * Sends a request of the host to one of the app's objects: to `App` when the address is null.
   * @throws the exception of the app's code; TypeError for a class that the server no longer has
   */
  async fetchOwn(server: ServerCode, object: ObjectAddress | null, request: Request): Promise<Response> {
    await this.#switchTo(server);
    if (object === null) return this.#track(this.#facets.app(this.#classOf(server, "App")).fetch(request));
    return this.#track(this.#object(object, server.id).fetch(request));
  }

  #classOf = (server: ServerCode, name: string) => () => this.#load(server).getDurableObjectClass(name);

  /** Sends a request to one of the app's Durable Objects. */
  async fetchObject({ object, codeId, request }: ObjectRequest): Promise<Response> {
    return this.#whole(await this.#track(this.#object(object, codeId).fetch(request)));
  }

  /** Calls a method of one of the app's Durable Objects, or reads a property. */
  async callObject({ object, codeId, method, args }: ObjectCall): Promise<unknown> {
    if (NOT_CALLABLE.has(method) || method in Object.prototype) {
      throw new TypeError(`The RPC receiver does not implement the method "${method}".`);
    }
    const stub: Record<string, ((...args: unknown[]) => Promise<unknown>) | undefined> = Object(
      this.#object(checkAddress(object), codeId),
    );
    return this.#track(Promise.resolve(args === null ? stub[method] : stub[method]?.(...args)));
  }

  /**
   * Returns an object's stub.
   * @throws Error with REPLACED when the calling code has been replaced; TypeError for a class that is not bound
   */
  #object(object: ObjectAddress, codeId: string): Fetcher {
    const server = this.#server;
    if (server?.id !== codeId) throw new Error(REPLACED);
    const bound = objectsOf(server).find(
      ({ className, storedAs }) => className === object.className || storedAs === object.className,
    );
    if (bound === undefined) throw new TypeError(`There is no Durable Object class ${object.className}.`);
    return this.#facets.object(object, bound.storedAs, this.#classOf(server, bound.className));
  }

  /** Counts a response as in flight until its body, which the app's code streams, has been read. */
  #whole(response: Response): Response {
    if (response.body === null || response.webSocket) return response;
    const { readable, writable } = passThrough(response.headers);
    this.#track(response.body.pipeTo(writable)).catch(() => {
      // The reader gets this error: a broken pipe errors its other end.
    });
    return new Response(readable, response);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return tracked;
  }

  /** Replaces the running code after its requests in flight have ended, so that new code loses no submitted form. */
  async #switchTo(server: ServerCode): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    while (this.#server !== null && this.#server.id !== server.id) {
      const left = deadline - Date.now();
      if (this.#inFlight.size > 0 && left > 0) await settledWithin([...this.#inFlight], left);
      else this.stop();
    }
    this.#server = server;
  }

  /** Deletes the app's databases. */
  clearData(): void {
    this.stop();
    this.#facets.delete();
  }

  /** Ends the requests and sockets of the app's objects; their databases stay. */
  stop(): void {
    this.#facets.abort(new Error(REPLACED));
    this.#server = null;
  }

  /** Returns the bindings of the project's wrangler configuration: variables, static files and Durable Objects. */
  #environmentOf(server: ServerCode): Record<string, unknown> {
    const { environment, id } = server;
    const services = { [SERVICES_BINDING]: this.#services() };
    if (environment === undefined) return services;
    const { vars, assets } = environment;
    const objects = objectsOf(server).map(({ binding }) => [binding, this.#objects(id)]);
    return {
      ...vars,
      ...(assets.binding !== null && { [assets.binding]: this.#assets() }),
      ...Object.fromEntries(objects),
      ...services,
    };
  }

  #load(server: ServerCode): WorkerStub {
    return this.#loader.get(`${this.#name}:${PLATFORM_VERSION}:${server.id}`, () => ({
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: ["nodejs_compat"],
      ...appModules(server),
      env: this.#environmentOf(server),
      globalOutbound: null,
      limits: { cpuMs: this.#cpuMs, subRequests: SUBREQUESTS },
      tails: this.#tailsFor(server.id),
    }));
  }
}

/** Properties of a Durable Object's stub that are no methods of the object. */
const NOT_CALLABLE = new Set(["fetch", "connect", "queue", "scheduled", "tail", "alarm", "dup", "then"]);

/**
 * Settings of a running app. `assets` returns the binding for its static files; `objects` the binding for its Durable
 * Objects, for code of this id; `services` the binding for the platform's services.
 */
export type Running = {
  name: string;
  tailsFor: (codeId: string) => Fetcher[];
  assets: () => Fetcher;
  objects: (codeId: string) => Fetcher;
  services: () => Fetcher;
  cpuMs?: number;
};

/** Returns a stream that keeps the response's Content-Length. */
function passThrough(headers: Headers): IdentityTransformStream {
  const length = headers.get("Content-Length");
  // Content-Length counts the encoded bytes, but the runtime has already decoded this body.
  const isTrue = length !== null && /^\d+$/.test(length) && !headers.has("Content-Encoding");
  return isTrue ? new FixedLengthStream(Number(length)) : new IdentityTransformStream();
}

/** Resolves after all promises have settled, or after `ms` milliseconds. */
async function settledWithin(promises: readonly Promise<unknown>[], ms: number): Promise<void> {
  const { promise: timeIsOver, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([Promise.allSettled(promises), timeIsOver]);
  clearTimeout(timer);
}
