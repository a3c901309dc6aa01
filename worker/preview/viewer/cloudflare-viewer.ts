import { AppError, messageOf } from "../../errors.ts";
import { CdpConnection } from "./cdp.ts";
import { drivePage } from "./drive-page.ts";
import type { PageViewer } from "./page-viewer.ts";

/** The shortest lifetime of an idle browser that the platform accepts, for a browser that `closeSession` cannot reach. */
const keepAliveMs = 10_000;

/** The part of Cloudflare's Browser Run binding that a viewer uses. */
export type BrowserBinding = {
  acquire(options: { keepAlive: number; guardrails: { allowedDomains: string[] } }): Promise<{ sessionId: string }>;
  connectSession(
    sessionId: string,
  ): Promise<{ webSocket: { fetch(url: string, init: RequestInit): Promise<Response> } }>;
  closeSession(sessionId: string): Promise<unknown>;
};

/**
 * Returns a viewer with Cloudflare's browsers. Each view has a browser of its own, which the platform's guardrails limit
 * to the preview's host and which speaks the DevTools protocol, so that no library is needed.
 */
export function cloudflareViewer(browser: BrowserBinding): PageViewer {
  return {
    async view(visit) {
      const allowedDomains = [new URL(visit.origin).hostname];
      const { sessionId } = await available(
        browser.acquire({ keepAlive: keepAliveMs, guardrails: { allowedDomains } }),
      );
      try {
        const connection = new CdpConnection(await available(openSocket(browser, sessionId)));
        try {
          return await available(connection.openPage().then((page) => drivePage(page, visit)));
        } finally {
          connection.close();
        }
      } finally {
        // A browser that this does not close ends by itself.
        await browser.closeSession(sessionId).catch(() => undefined);
      }
    },
  };
}

async function openSocket(browser: BrowserBinding, sessionId: string): Promise<WebSocket> {
  const { webSocket } = await browser.connectSession(sessionId);
  const { webSocket: socket, status } = await webSocket.fetch("https://browser.invalid", {
    headers: { Upgrade: "websocket" },
  });
  if (!socket) throw new Error(`The browser responded with status ${status}.`);
  socket.accept();
  return socket;
}

async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new AppError("dependency_down", `No browser is available: ${messageOf(cause)}`, { cause });
  }
}
