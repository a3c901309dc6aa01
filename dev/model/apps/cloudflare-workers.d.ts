// As much of the platform's types as the examples use, beside the DOM's: the full types of both cannot stand together.
// The product's own type checker has all of them (preview/types/platform.txt).

type SqlValue = ArrayBuffer | string | number | null;
interface DurableObjectState {
  readonly storage: {
    readonly sql: {
      exec(
        statement: string,
        ...values: unknown[]
      ): { toArray(): Record<string, SqlValue>[]; one(): Record<string, SqlValue> };
    };
  };
  acceptWebSocket(socket: WebSocket): void;
  getWebSockets(): WebSocket[];
}
interface ScheduledController {
  readonly cron: string;
  readonly scheduledTime: number;
  readonly attempt: number;
}
interface WebSocket {
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): { person: string; name: string };
}
declare const WebSocketPair: { new (): { 0: WebSocket; 1: WebSocket } };
interface ResponseInit {
  webSocket?: WebSocket;
}

declare namespace Cloudflare {
  interface Env {
    readonly FILES: {
      list(options: { prefix: string; limit: number }): Promise<{ objects: { key: string }[] }>;
      signedUrl(
        key: string,
        options?: { method?: "GET" | "PUT"; expiresIn?: number; maxBytes?: number; contentType?: string },
      ): Promise<string>;
    };
    readonly AI: {
      messages(request: {
        system: string;
        messages: { role: "user" | "assistant"; content: string }[];
        max_tokens: number;
        stream: true;
      }): Promise<ReadableStream<Uint8Array>>;
    };
    readonly MAIL: {
      send(mail: { to: string; subject: string; text: string }): Promise<void>;
      confirm(address: string): Promise<void>;
      hasAgreed(address: string): Promise<boolean>;
    };
    /** Variables that the owner sets. */
    readonly [name: string]: unknown;
  }
}

declare module "cloudflare:workers" {
  export class DurableObject<Env = Cloudflare.Env> {
    constructor(ctx: DurableObjectState, env: Env);
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
    fetch?(request: Request): Response | Promise<Response>;
    scheduled?(controller: ScheduledController): void | Promise<void>;
    webSocketMessage?(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void>;
    webSocketClose?(socket: WebSocket): void | Promise<void>;
  }
}

declare module "edgesmith:auth" {
  type User = { readonly id: string; readonly email: string; readonly name: string; readonly roles: readonly string[] };
  export function user(request: Request): Promise<User | null>;
  export function signInUrl(returnTo?: string): string;
  export function signOutUrl(returnTo?: string): string;
}
