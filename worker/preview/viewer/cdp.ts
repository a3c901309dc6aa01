import { z } from "zod";

// A client of the Chrome DevTools Protocol: https://chromedevtools.github.io/devtools-protocol/

/** A session of the protocol with one page. */
export type CdpSession = {
  send(method: string, params?: Record<string, unknown>): Promise<unknown>;
  on(event: string, listener: (params: unknown) => void): void;
};

const message = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  sessionId: z.string().optional(),
});

type Pending = { resolve: (result: unknown) => void; reject: (error: Error) => void };

/** The part of a WebSocket that a connection uses. */
type Socket = {
  send(text: string): void;
  close(): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: () => void): void;
};

/** A connection to a browser, over an open WebSocket. */
export class CdpConnection {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  /** The listeners by session and event. */
  readonly #listeners = new Map<string, ((params: unknown) => void)[]>();
  #lastId = 0;
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.#receive(data);
    });
    socket.addEventListener("close", () => this.#closed());
  }

  /**
   * Sends a command.
   * @returns its result
   * @throws Error when the browser refuses it, or closes the connection
   */
  send(method: string, params: Record<string, unknown> = {}, sessionId?: string): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error("The browser has closed the connection."));
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    return promise;
  }

  /** Opens an empty page in a context of its own, without cookies or storage. */
  async openPage(): Promise<CdpSession> {
    const context = z.object({ browserContextId: z.string() });
    const { browserContextId } = context.parse(
      await this.send("Target.createBrowserContext", { disposeOnDetach: true }),
    );
    const target = z.object({ targetId: z.string() });
    const { targetId } = target.parse(await this.send("Target.createTarget", { url: "about:blank", browserContextId }));
    const attached = z.object({ sessionId: z.string() });
    const { sessionId } = attached.parse(await this.send("Target.attachToTarget", { targetId, flatten: true }));
    return {
      send: (method, params) => this.send(method, params, sessionId),
      on: (event, listener) => {
        const key = `${sessionId} ${event}`;
        this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), listener]);
      },
    };
  }

  /** Closes the connection, and with it the contexts that it has opened. */
  close(): void {
    if (!this.#isClosed) this.#socket.close();
    this.#closed();
  }

  #receive(text: string): void {
    const { id, result, error, method, params, sessionId } = message.parse(JSON.parse(text));
    if (method !== undefined) {
      for (const listener of this.#listeners.get(`${sessionId ?? ""} ${method}`) ?? []) listener(params);
    }
    if (id === undefined) return;
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (error !== undefined) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  #closed(): void {
    this.#isClosed = true;
    for (const { reject } of this.#pending.values()) reject(new Error("The browser has closed the connection."));
    this.#pending.clear();
  }
}
