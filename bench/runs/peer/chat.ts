import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

/** The fields of the peer's messages that matter here. `body` is a chunk of the AI SDK's stream, as JSON. */
const frame = z.object({
  type: z.string(),
  id: z.string().optional(),
  body: z.string().optional(),
  done: z.boolean().optional(),
  error: z.boolean().optional(),
});
const chunk = z.object({ type: z.string() });
const conversation = z.array(z.looseObject({ id: z.string(), role: z.string() }));

/** The messages of a conversation as the peer stores them. */
export type Conversation = z.infer<typeof conversation>;

/** One conversation with the peer, by the protocol of its own client. */
export class Chat {
  readonly #address: string;

  constructor(port: number, name: string) {
    this.#address = `127.0.0.1:${port}/agents/chat-agent/${name}`;
  }

  /** Opens a new viewer's socket. Resolves when it can be written to. */
  async open(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://${this.#address}`);
    await until(socket, "open", () => true);
    return socket;
  }

  /** Opens a viewer's socket and waits until its handshake is complete. */
  async join(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://${this.#address}`);
    // The last frame of the handshake.
    await nextFrame(socket, ({ type }) => type === "cf_agent_mcp_servers");
    return socket;
  }

  /** Clears the conversation. Resolves when it is empty. */
  async clear(socket: WebSocket): Promise<void> {
    socket.send(JSON.stringify({ type: "cf_agent_chat_clear" }));
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if ((await this.messages()).length === 0) return;
      await pause(5);
    }
    throw new Error("peer: the conversation was not cleared");
  }

  /** Returns the conversation, of which the peer's own client holds a copy. */
  async messages(): Promise<Conversation> {
    const answer = await fetch(`http://${this.#address}/get-messages`);
    return conversation.parse(await answer.json());
  }
}

/**
 * Sends a prompt after the conversation so far, as the peer's own client does (`sendMessages` of its chat transport sends
 * every message), and waits until the peer has answered and stored it.
 * @returns the time of the first delta, by the clock of `performance.now()`
 */
export async function sendPrompt(socket: WebSocket, earlier: Conversation, text: string): Promise<number> {
  const id = crypto.randomUUID();
  let first = 0;
  const whole = nextFrame(socket, (message) => {
    if (message.type !== "cf_agent_use_chat_response" || message.id !== id) return false;
    if (message.error) throw new Error(`peer: ${message.body}`);
    if (first === 0 && message.body && chunk.parse(JSON.parse(message.body)).type === "text-delta")
      first = performance.now();
    return message.done === true;
  });
  const messages = [...earlier, { id: crypto.randomUUID(), role: "user", parts: [{ type: "text", text }] }];
  const body = JSON.stringify({ messages, trigger: "submit-message" });
  socket.send(JSON.stringify({ type: "cf_agent_use_chat_request", id, init: { method: "POST", body } }));
  await whole;
  if (first === 0) throw new Error("peer: no delta");
  return first;
}

/** Resolves at the first frame that satisfies the predicate. */
const nextFrame = (socket: WebSocket, isIt: (message: z.infer<typeof frame>) => boolean): Promise<void> =>
  until(socket, "message", (event) => event instanceof MessageEvent && isIt(frame.parse(JSON.parse(event.data))));

/**
 * Resolves at the first event that satisfies the predicate; rejects when the socket closes first or the predicate
 * throws.
 */
function until(socket: WebSocket, name: "open" | "message", isIt: (event: Event) => boolean): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener("close", () => reject(new Error("peer: the socket closed")), { signal });
  socket.addEventListener(
    name,
    (event) => {
      try {
        if (isIt(event)) resolve();
      } catch (error) {
        reject(error);
      }
    },
    { signal },
  );
  return promise.finally(() => listening.abort());
}
