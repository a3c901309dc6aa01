import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { objectsOf, type ServerCode, storesOf } from "../project/server.ts";
import { SERVICES_BINDING } from "../services/isolate-modules.ts";
import { type Code, hasData, idOf, KEEPER } from "./app-code.ts";
import { AppFacets, type AppObject } from "./app-facets.ts";
import { appModules, PLATFORM_VERSION } from "./app-platform.ts";
import { DATA_METHOD } from "./data/data-method.ts";
import { parseSqlAnswer, type SqlAnswer, type SqlRequest } from "./data/sql-channel.ts";
import { settledWithin, withDeadline } from "./deadlines.ts";
import type { Variables } from "./egress/app-settings.ts";
import { checkAddress, type ObjectAddress, type ObjectCall, type ObjectRequest } from "./object-gateway.ts";
import { storeGateways } from "./stores/store-clients.ts";
import { StoreFacets } from "./stores/store-facets.ts";
import type { StoreAddress, StoreCaller } from "./stores/store-gateway.ts";

/** The error of in-flight requests when the app's code is replaced or its data is cleared. */
export const REPLACED = "The app was just replaced. Try again.";
const COMPATIBILITY_DATE = "2026-11-01";
const CPU_MS = 10_000;
/** The maximum number of subrequests. Each query of a D1 database counts. */
const SUBREQUESTS = 1_000;
/** How long the app's code may delay the platform's access to its data. */
const DATA_MS = 10_000;
/** How long in-flight requests may continue in the code that they started with. */
const DRAIN_MS = 5_000;

/**
 * Runs an app's server: its `App` class as a facet, whose SQLite database survives code changes, or its default export,
 * plus a facet for each Durable Object of its wrangler configuration. The server has the bindings and variables of that
 * configuration and the owner's variables. The egress gate (`egress/`) is its network.
 */
export class RunningApp {
  readonly #facets: AppFacets;
  readonly #stores: StoreFacets;
  readonly #loader: WorkerLoader;
  readonly #name: string;
  readonly #tailsFor: (codeId: string) => Fetcher[];
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #cpuMs: number;
  readonly #assets: () => Fetcher;
  readonly #objects: (codeId: string) => Fetcher;
  readonly #services: () => Fetcher;
  readonly #variables: () => Promise<Variables>;
  readonly #outbound: () => Fetcher;
  readonly #storeGateway: Running["stores"];
  /** The server whose code the facets run, and its variables. */
  #code: Code | null = null;

  /**
   * Creates the runner.
   * @param name prefix of the name under which the code is loaded: the same name and code always have the same tails
   * @param tailsFor returns the tail Workers of the code with this id
   * @param cpuMs maximum CPU time of one request; the local runtime does not enforce it
   */
  constructor(
    state: DurableObjectState,
    loader: WorkerLoader,
    { name, tailsFor, assets, objects, services, variables, outbound, stores, report, cpuMs = CPU_MS }: Running,
  ) {
    this.#facets = new AppFacets(state);
    this.#stores = new StoreFacets(state, loader, {
      name,
      cpuMs,
      report: (line) => report(line, this.#code?.server.id ?? ""),
    });
    this.#loader = loader;
    this.#name = name;
    this.#tailsFor = tailsFor;
    this.#cpuMs = cpuMs;
    this.#assets = assets;
    this.#objects = objects;
    this.#services = services;
    this.#variables = variables;
    this.#outbound = outbound;
    this.#storeGateway = stores;
  }

  /**
   * Sends a request to the app's server.
   * @throws the exception of the app's code
   */
  async fetch(server: ServerCode, request: Request): Promise<Response> {
    const code = { server, variables: await this.#variables() };
    if (!hasData(server)) return this.#load(code).getEntrypoint().fetch(request);
    await this.#switchTo(code);
    const app = server.hasApp ? this.#facets.app(this.#classOf(code, "App")) : this.#load(code).getEntrypoint();
    return this.#whole(await this.#track(app.fetch(request)));
  }

  /**
   * Calls the default export of the app's server, even when `App` serves the visitors.
   * @throws the exception of the app's code
   */
  async fetchDefault(server: ServerCode, request: Request): Promise<Response> {
    const code = { server, variables: await this.#variables() };
    if (hasData(server)) await this.#switchTo(code);
    return this.#track(this.#load(code).getEntrypoint().fetch(request));
  }

  /**
   * Sends a request from the platform to one of the app's objects: to `App` when the address is null.
   * @throws the exception of the app's code; TypeError for a class that the server no longer has
   */
  async fetchOwn(server: ServerCode, object: ObjectAddress | null, request: Request): Promise<Response> {
    const code = { server, variables: await this.#variables() };
    await this.#switchTo(code);
    if (object === null) return this.#track(this.#facets.app(this.#classOf(code, "App")).fetch(request));
    return this.#track(this.#object(object, server.id).fetch(request));
  }

  #classOf = (code: Code, name: string) => () => this.#load(code).getDurableObjectClass(name);

  /** Sends a request to one of the app's Durable Objects. */
  async fetchObject({ object, codeId, request }: ObjectRequest): Promise<Response> {
    return this.#whole(await this.#track(this.#object(object, codeId).fetch(request)));
  }

  /** Calls a method or reads a property of one of the app's Durable Objects. */
  async callObject({ object, codeId, method, args }: ObjectCall): Promise<unknown> {
    if (NOT_CALLABLE.has(method) || method in Object.prototype) {
      throw new TypeError(`The RPC receiver does not implement the method "${method}".`);
    }
    const stub: Record<string, ((...args: unknown[]) => Promise<unknown>) | undefined> = Object(
      this.#object(checkAddress(object), codeId),
    );
    return this.#track(Promise.resolve(args === null ? stub[method] : stub[method]?.(...args)));
  }

  /** Forwards a call to one of the app's D1 databases or KV namespaces. */
  async fetchStore({ codeId, ...store }: StoreCaller, request: Request): Promise<Response> {
    const server = this.#code?.server;
    if (server?.id !== codeId) throw new Error(REPLACED);
    return this.#track(this.#stores.fetch(store, request, storesOf(server)));
  }

  /**
   * Returns an object's stub.
   * @throws Error with REPLACED when the calling code has been replaced; TypeError for a class that is not bound
   */
  #object(object: ObjectAddress, codeId: string): Fetcher {
    const code = this.#code;
    if (code?.server.id !== codeId) throw new Error(REPLACED);
    const bound = objectsOf(code.server).find(
      ({ className, storedAs }) => className === object.className || storedAs === object.className,
    );
    if (bound === undefined) throw new TypeError(`There is no Durable Object class ${object.className}.`);
    return this.#facets.object(object, bound.storedAs, this.#classOf(code, bound.className));
  }

  /**
   * Executes statements in one of the app's databases through the app's running code. When no code is running, or its
   * answer is not valid, a class of the platform opens the database instead.
   * @param object null for the database of `App`
   */
  async sql(object: AppObject | null, request: SqlRequest): Promise<SqlAnswer> {
    const running = this.#code;
    if (running === null || running === KEEPER) return this.#sqlBy(KEEPER, object, request);
    try {
      return await this.#sqlBy(running, object, request);
    } catch {
      // Whatever the app's code threw, its owner can still read the data, through trusted code.
      await this.#switchTo(KEEPER);
      return this.#sqlBy(KEEPER, object, request);
    }
  }

  async #sqlBy(code: Code, object: AppObject | null, request: SqlRequest): Promise<SqlAnswer> {
    this.#code ??= code;
    const bound = objectsOf(code.server).find(({ storedAs }) => storedAs === object?.storedAs);
    // A class removed from the code leaves its databases behind.
    const name = object === null ? (code.server.hasApp ? "App" : undefined) : bound?.className;
    const startingClass = () =>
      name === undefined
        ? this.#load(KEEPER).getDurableObjectClass("App")
        : this.#load(code).getDurableObjectClass(name);
    const facet =
      object === null
        ? this.#facets.app(startingClass)
        : this.#facets.object({ ...object, className: name ?? "App" }, object.storedAs, startingClass);
    const stub: Record<string, ((request: SqlRequest) => Promise<unknown>) | undefined> = Object(facet);
    const answer = this.#track(withDeadline(Promise.resolve(stub[DATA_METHOD]?.(request)), DATA_MS));
    return parseSqlAnswer(await answer);
  }

  /** Executes statements in one of the app's D1 databases, through the platform's own code. */
  async storeSql(name: string, request: SqlRequest): Promise<SqlAnswer> {
    return parseSqlAnswer(await this.#track(withDeadline(this.#stores.sql(name, request), DATA_MS)));
  }

  /** Counts a response as in flight until the caller has read its body, which the app's code streams. */
  #whole(response: Response): Response {
    if (response.body === null || response.webSocket) return response;
    const { readable, writable } = passThrough(response.headers);
    this.#track(response.body.pipeTo(writable)).catch(() => {
      // A broken pipe errors its other end, so the reader receives this error.
    });
    return new Response(readable, response);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return tracked;
  }

  /** Replaces the running code after its in-flight requests have ended, so that an update loses no submitted form. */
  async #switchTo(code: Code): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    while (this.#code !== null && idOf(this.#code) !== idOf(code)) {
      const left = deadline - Date.now();
      if (this.#inFlight.size > 0 && left > 0) await settledWithin([...this.#inFlight], left);
      else this.stop();
    }
    this.#code = code;
  }

  /** Returns the app's databases, for snapshots. */
  get facets(): AppFacets {
    return this.#facets;
  }

  /** Deletes the app's databases. */
  clearData(): void {
    this.stop();
    this.#facets.delete();
    this.#stores.delete();
  }

  /** Ends the requests and sockets of the app's objects, and keeps their databases. */
  stop(): void {
    this.#facets.abort(new Error(REPLACED));
    this.#stores.abort(new Error(REPLACED));
    this.#code = null;
  }

  /**
   * Returns the app's `env`: variables, and bindings of the wrangler configuration for static files, Durable Objects
   * and stores. The owner's variables override the configuration's; no variable overrides a binding.
   */
  #environmentOf({ server, variables }: Code): Record<string, unknown> {
    const { environment, id } = server;
    const services = { [SERVICES_BINDING]: this.#services() };
    if (environment === undefined) return { ...variables.values, ...services };
    const { vars, assets } = environment;
    const objects = objectsOf(server).map(({ binding }) => [binding, this.#objects(id)]);
    return {
      ...vars,
      ...variables.values,
      ...(assets.binding !== null && { [assets.binding]: this.#assets() }),
      ...Object.fromEntries(objects),
      ...storeGateways(storesOf(server), (store) => this.#storeGateway(id, store)),
      ...services,
    };
  }

  #load(code: Code): WorkerStub {
    const { server } = code;
    return this.#loader.get(`${this.#name}:${PLATFORM_VERSION}:${idOf(code)}`, () => ({
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: ["nodejs_compat"],
      ...appModules(server),
      env: this.#environmentOf(code),
      globalOutbound: this.#outbound(),
      limits: { cpuMs: this.#cpuMs, subRequests: SUBREQUESTS },
      tails: this.#tailsFor(server.id),
    }));
  }
}

/** Properties of a Durable Object's stub that are not methods of the object. */
const NOT_CALLABLE = new Set([DATA_METHOD, "fetch", "connect", "queue", "scheduled", "tail", "alarm", "dup", "then"]);

/**
 * Settings of a running app. `assets` returns the binding for its static files. `objects` returns the binding for its
 * Durable Objects, and `stores` the binding for a database or namespace, for code of this id. `services` is the binding
 * for the platform's services. `variables` returns the owner's variables. `outbound` is its network. `report` appends
 * lines to the log of that code.
 */
export type Running = {
  name: string;
  tailsFor: (codeId: string) => Fetcher[];
  assets: () => Fetcher;
  objects: (codeId: string) => Fetcher;
  services: () => Fetcher;
  variables: () => Promise<Variables>;
  outbound: () => Fetcher;
  stores: (codeId: string, store: StoreAddress) => Fetcher;
  report: (line: PreviewLog, codeId: string) => void;
  cpuMs?: number;
};

/** Returns a stream that keeps the response's Content-Length. */
function passThrough(headers: Headers): IdentityTransformStream {
  const length = headers.get("Content-Length");
  // Content-Length counts the encoded bytes, but the runtime has already decoded this body.
  const isTrue = length !== null && /^\d+$/.test(length) && !headers.has("Content-Encoding");
  return isTrue ? new FixedLengthStream(Number(length)) : new IdentityTransformStream();
}
