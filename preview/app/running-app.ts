import { objectsOf, type ServerCode } from "../project/server.ts";
import { AppFacets } from "./app-facets.ts";
import { appModules, PLATFORM_VERSION } from "./app-platform.ts";
import { checkAddress, type ObjectAddress, type ObjectCall, type ObjectRequest } from "./object-gateway.ts";

/** What a request in flight is ended with when its app gets other code, or loses its data. */
export const REPLACED = "The app has just been replaced. Ask again.";
const COMPATIBILITY_DATE = "2026-11-01";
const CPU_MS = 10_000;
const SUBREQUESTS = 50;
/** How long requests in flight may take to be answered by the code that they began with. */
const DRAIN_MS = 5_000;

/**
 * Runs an app's server: its `App` object as a facet, whose SQLite stays when its code changes, or its default export, with a facet
 * for each Durable Object that its wrangler configuration binds. It gets no network, and no binding or variable but those of the project's own wrangler configuration.
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
  /** The server whose code the facets run. */
  #server: ServerCode | null = null;

  /**
   * @param name under which its code is loaded: the same name and code always mean the same tails
   * @param tailsFor who hears what code of this id logs and throws
   * @param cpuMs how much processor time one request may take; the local runtime does not hold it
   */
  constructor(
    state: DurableObjectState,
    loader: WorkerLoader,
    { name, tailsFor, assets, objects, cpuMs = CPU_MS }: Running,
  ) {
    this.#facets = new AppFacets(state);
    this.#loader = loader;
    this.#name = name;
    this.#tailsFor = tailsFor;
    this.#cpuMs = cpuMs;
    this.#assets = assets;
    this.#objects = objects;
  }

  /** Sends a request to the app's server; what its code throws is thrown here. */
  async fetch(server: ServerCode, request: Request): Promise<Response> {
    if (!server.hasApp && objectsOf(server).length === 0) return this.#load(server).getEntrypoint().fetch(request);
    await this.#switchTo(server);
    const worker = this.#load(server);
    const app = server.hasApp ? this.#facets.app(() => worker.getDurableObjectClass("App")) : worker.getEntrypoint();
    return this.#whole(await this.#track(app.fetch(request)));
  }

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

  /** @throws where the code that asks has been replaced meanwhile, or binds no such class */
  #object(object: ObjectAddress, codeId: string): Fetcher {
    const server = this.#server;
    if (server?.id !== codeId) throw new Error(REPLACED);
    const bound = objectsOf(server).find(({ className }) => className === object.className);
    if (bound === undefined) throw new TypeError(`There is no Durable Object class ${object.className}.`);
    return this.#facets.object(object, bound.storedAs, () => this.#load(server).getDurableObjectClass(bound.className));
  }

  /** A response whose request is in flight until its body, which comes from the app's code too, has been read. */
  #whole(response: Response): Response {
    if (response.body === null || response.webSocket) return response;
    const { readable, writable } = passThrough(response.headers);
    this.#track(response.body.pipeTo(writable)).catch(() => {
      // The reader hears of it: a pipe that breaks off errors its other end.
    });
    return new Response(readable, response);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return tracked;
  }

  /** Stops other code once its requests in flight are answered: new code must not lose what a person just submitted. */
  async #switchTo(server: ServerCode): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    while (this.#server !== null && this.#server.id !== server.id) {
      const left = deadline - Date.now();
      if (this.#inFlight.size > 0 && left > 0) await settledWithin([...this.#inFlight], left);
      else this.stop();
    }
    this.#server = server;
  }

  /** Empties the app's databases. */
  clearData(): void {
    this.stop();
    this.#facets.delete();
  }

  /** Ends the requests and sockets of the app's objects; their databases stay. */
  stop(): void {
    this.#facets.abort(new Error(REPLACED));
    this.#server = null;
  }

  /** What the project's wrangler configuration binds: its variables, its static files, and its Durable Objects. */
  #environmentOf(server: ServerCode): Record<string, unknown> {
    const { environment, id } = server;
    if (environment === undefined) return {};
    const { vars, assets } = environment;
    const objects = objectsOf(server).map(({ binding }) => [binding, this.#objects(id)]);
    return {
      ...vars,
      ...(assets.binding !== null && { [assets.binding]: this.#assets() }),
      ...Object.fromEntries(objects),
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

/** What a Durable Object's stub has that is not a method of the object. */
const NOT_CALLABLE = new Set(["fetch", "connect", "queue", "scheduled", "tail", "alarm", "dup", "then"]);

/** How an app is run. `assets`: what answers with the app's static files; `objects`: what reaches its Durable Objects for code of this id. */
export type Running = {
  name: string;
  tailsFor: (codeId: string) => Fetcher[];
  assets: () => Fetcher;
  objects: (codeId: string) => Fetcher;
  cpuMs?: number;
};

/** A stream that keeps the length an answer has told, so that it is sent on with it. */
function passThrough(headers: Headers): IdentityTransformStream {
  const length = headers.get("Content-Length");
  // Content-Length counts the encoded bytes, but the runtime has already decoded the body that is read here.
  const isTrue = length !== null && /^\d+$/.test(length) && !headers.has("Content-Encoding");
  return isTrue ? new FixedLengthStream(Number(length)) : new IdentityTransformStream();
}

/** Resolves when all of them have settled, or after a time. */
async function settledWithin(promises: readonly Promise<unknown>[], ms: number): Promise<void> {
  const { promise: timeIsOver, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([Promise.allSettled(promises), timeIsOver]);
  clearTimeout(timer);
}
