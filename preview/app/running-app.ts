import type { ServerCode } from "../project/compile-project.ts";
import { appModules, PLATFORM_VERSION } from "./app-platform.ts";

const FACET = "app";
/** What a request in flight is ended with when its app gets other code, or loses its data. */
export const REPLACED = "The app has just been replaced. Ask again.";
const COMPATIBILITY_DATE = "2026-11-01";
const CPU_MS = 10_000;
const SUBREQUESTS = 50;

/**
 * Runs an app's server: its `App` object as a facet, whose SQLite stays when its code changes, or its default export.
 * It gets no binding, no variable and no network.
 */
export class RunningApp {
  readonly #state: DurableObjectState;
  readonly #loader: WorkerLoader;
  readonly #name: string;
  readonly #tailsFor: (codeId: string) => Fetcher[];
  readonly #cpuMs: number;
  #codeId: string | null = null;

  /**
   * @param name under which its code is loaded: the same name and code always mean the same tails
   * @param tailsFor who hears what code of this id logs and throws
   * @param cpuMs how much processor time one request may take; the local runtime does not hold it
   */
  constructor(
    state: DurableObjectState,
    loader: WorkerLoader,
    { name, tailsFor, cpuMs = CPU_MS }: { name: string; tailsFor: (codeId: string) => Fetcher[]; cpuMs?: number },
  ) {
    this.#state = state;
    this.#loader = loader;
    this.#name = name;
    this.#tailsFor = tailsFor;
    this.#cpuMs = cpuMs;
  }

  /** Sends a request to the app's server; what its code throws is thrown here. */
  fetch(server: ServerCode, request: Request): Promise<Response> {
    const worker = this.#load(server);
    if (!server.hasApp) return worker.getEntrypoint().fetch(request);
    if (this.#codeId !== null && this.#codeId !== server.id) this.stop();
    this.#codeId = server.id;
    return this.#state.facets.get(FACET, () => ({ class: worker.getDurableObjectClass("App") })).fetch(request);
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

  #load(server: ServerCode): WorkerStub {
    return this.#loader.get(`${this.#name}:${PLATFORM_VERSION}:${server.id}`, () => ({
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: ["nodejs_compat"],
      ...appModules(server),
      env: {},
      globalOutbound: null,
      limits: { cpuMs: this.#cpuMs, subRequests: SUBREQUESTS },
      tails: this.#tailsFor(server.id),
    }));
  }
}
