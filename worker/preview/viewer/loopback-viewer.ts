import { AppError } from "../../errors.ts";
import { maxViewMs, type PageViewer, pageView } from "./page-viewer.ts";

/** The time that the service needs besides the view itself, to start its browser and to send the picture. */
const graceMs = 15_000;

/**
 * Returns a viewer with the browser of this machine: a service on loopback, which the development server runs.
 * @param service its URL, and the secret that it requires, since other programs can reach it too
 */
export function loopbackViewer({ url, secret }: { url: string; secret: string }): PageViewer {
  return {
    async view(visit) {
      const signal = AbortSignal.timeout(maxViewMs + graceMs);
      const headers = { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" };
      try {
        const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(visit), signal });
        if (answer.ok) return pageView.parse(await answer.json());
        throw new Error((await answer.text()).slice(0, 500));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new AppError("dependency_down", `No browser is available: ${reason}`, { cause });
      }
    },
  };
}
