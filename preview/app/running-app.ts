import type { ServerCode } from "../project/server.ts";
import { appModules, PLATFORM_VERSION } from "./app-platform.ts";

const FACET = "app";
/** What a request in flight is ended with when its app gets other code, or loses its data. */
export const REPLACED = "The app has just been replaced. Ask again.";
const COMPATIBILITY_DATE = "2026-11-01";
const CPU_MS = 10_000;
const SUBREQUESTS = 50;
/** How long requests in flight may take to be answered by the code that they began with. */
const DRAIN_MS = 5_000;

/**
 * Runs an app's server: its `App` object as a facet, whose SQLite stays when its code changes, or its default export.
 * It gets no network, and no binding or variable but those of the project's own wrangler configuration.
 */
export class RunningApp {
  readonly #state: DurableObjectState;
  readonly #loader: WorkerLoader;
  readonly #name: string;
  readonly #tailsFor: (codeId: string) => Fetcher[];
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #cpuMs: number;
  readonly #assets: () => Fetcher;
  #codeId: string | null = null;

  /**
   * @param name under which its code is loaded: the same name and code always mean the same tails
   * @param tailsFor who hears what code of this id logs and throws
   * @param cpuMs how much processor time one request may take; the local runtime does not hold it
   */
  constructor(state: DurableObjectState, loader: WorkerLoader, { name, tailsFor, assets, cpuMs = CPU_MS }: Running) {
    this.#state = state;
    this.#loader = loader;
    this.#name = name;
    this.#tailsFor = tailsFor;
    this.#cpuMs = cpuMs;
    this.#assets = assets;
  }

  /** Sends a request to the app's server; what its code throws is thrown here. */
  async fetch(server: ServerCode, request: Request): Promise<Response> {
    if (!server.hasApp) return this.#load(server).getEntrypoint().fetch(request);
    await this.#switchTo(server.id);
    const worker = this.#load(server);
    const app = this.#state.facets.get(FACET, () => ({ class: worker.getDurableObjectClass("App") }));
    const response = await this.#track(app.fetch(request));
    if (response.body === null || response.webSocket) return response;
    // The body comes from the app's object too, so a request is in flight until its end.
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
  async #switchTo(codeId: string): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    while (this.#codeId !== null && this.#codeId !== codeId) {
      const left = deadline - Date.now();
      if (this.#inFlight.size > 0 && left > 0) await settledWithin([...this.#inFlight], left);
      else this.stop();
    }
    this.#codeId = codeId;
  }

  /** Empties the app's database. */
  clearData(): void {
    this.stop();
    this.#state.facets.delete(FACET);
  }

  /** Ends the requests and sockets of the app's object; its database stays. */
  stop(): void {
    this.#state.facets.abort(FACET, new Error(REPLACED));
    this.#codeId = null;
  }

  /** The variables of the project's wrangler configuration, and its static files under the name that it gives them. */
  #environmentOf({ environment }: ServerCode): Record<string, unknown> {
    if (environment === undefined) return {};
    const { vars, assets } = environment;
    return assets.binding === null ? vars : { ...vars, [assets.binding]: this.#assets() };
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

/** How an app is run. `assets`: what answers with the app's static files. */
export type Running = {
  name: string;
  tailsFor: (codeId: string) => Fetcher[];
  assets: () => Fetcher;
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
