import { DurableObject } from "cloudflare:workers";
import { signInUrl, signOutUrl, user } from "edgesmith:auth";

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });
const maxLength = 500;

/** The room. Its sockets hibernate: an object that waits for messages costs nothing. */
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL)",
    );
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const visitor = await user(request);
    if (pathname === "/api/me") {
      return Response.json({ isSignedIn: visitor !== null, signIn: signInUrl("/"), signOut: signOutUrl("/") });
    }
    if (pathname !== "/api/room") return problem(404, "There is nothing here.");
    if (visitor === null) return problem(401, "Sign in to join the room.");
    if (request.headers.get("Upgrade") !== "websocket") return problem(426, "The room is a WebSocket.");
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    // The name outlives hibernation with the socket. Nobody else learns the address.
    server.serializeAttachment({ person: visitor.id, name: visitor.name || visitor.email.split("@")[0] });
    const { sql } = this.ctx.storage;
    const latest = sql.exec("SELECT name, text FROM message ORDER BY id DESC LIMIT 50").toArray().reverse();
    server.send(JSON.stringify({ messages: latest }));
    this.#tellHowMany();
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const text = typeof message === "string" ? message.trim() : "";
    if (text === "" || text.length > maxLength) {
      socket.send(JSON.stringify({ error: `A message has 1 to ${maxLength} characters.` }));
      return;
    }
    const { person, name } = socket.deserializeAttachment();
    this.ctx.storage.sql.exec("INSERT INTO message (person, name, text) VALUES (?, ?, ?)", person, name, text);
    this.#tell({ messages: [{ name, text }] });
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#tellHowMany(socket);
  }

  #tellHowMany(gone?: WebSocket): void {
    const here = this.ctx.getWebSockets().filter((socket) => socket !== gone);
    this.#tell({ here: here.length }, here);
  }

  #tell(told: object, sockets = this.ctx.getWebSockets()): void {
    for (const socket of sockets) {
      // A socket may have closed a moment ago, before the object hears of it.
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(told));
    }
  }
}
