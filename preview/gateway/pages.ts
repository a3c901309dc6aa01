import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

const STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;font:16px/1.5 system-ui,sans-serif;background:light-dark(#fafaf9,#16181d);color:light-dark(#1c1917,#e7e5e4)}
main{width:100%;max-width:720px}h1{font-size:1.25rem;margin:0 0 8px}h2{font-size:1rem;margin:24px 0 8px}p{margin:0 0 16px;color:light-dark(#57534e,#a8a29e)}
ol{list-style:none;margin:0;padding:0;display:grid;gap:8px}li{padding:12px 16px;border-radius:10px;background:light-dark(#fff,#1f2229);border:1px solid light-dark(#e7e5e4,#33373f);border-left:4px solid light-dark(#dc2626,#f87171)}
li.warning{border-left-color:light-dark(#d97706,#fbbf24)}code{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere;color:light-dark(#57534e,#a8a29e)}li div{white-space:pre-wrap;overflow-wrap:anywhere}
form{display:grid;gap:12px;margin:0 0 16px;max-width:400px}label{display:grid;gap:4px}input,button{font:inherit;padding:8px 12px;border-radius:8px;border:1px solid light-dark(#78716c,#a8a29e);background:light-dark(#fff,#1f2229);color:inherit}button{cursor:pointer}[role=alert]{color:light-dark(#b91c1c,#fca5a5)}`;

/** Renders a page of the platform, readable in light and dark. */
export function page(status: number, title: string, body: string): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
  return new Response(html, {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
  });
}

/**
 * Refuses a visitor. In the builder's frame the page notifies the builder, which issues a new link; elsewhere the page
 * contains one.
 */
export function refusedPage(appUrl: string, projectId: string | null): Response {
  const builder = new URL(appUrl).origin;
  const link =
    projectId === null
      ? ""
      : `<p>The link below opens the current version, which may be newer than the one that you saw.</p><p><a href="${escapeHtml(`${builder}/projects/${projectId}/preview`)}" target="_blank" rel="noopener">Open the current version in a new tab</a></p>`;
  const text =
    '<p>Preview links work once, within five minutes. Open the preview from Edgesmith to get a new link.</p><p hidden id="framed">If you keep seeing this, your browser blocks the preview inside this page.</p>';
  // A URL's origin contains no "<", so it cannot end the script.
  const script = `<script>if (parent !== window) { document.getElementById("framed").hidden = false; parent.postMessage({ source: "edgesmith-preview", type: "refused" }, ${JSON.stringify(builder)}); }</script>`;
  return page(403, "This preview link has expired", text + link + script);
}

/** Reports that the app is not published, or no longer. */
export function notPublicPage(): Response {
  return page(404, "App not found", "<p>Nothing is published here, or the app was unpublished.</p>");
}

/** Reports that the app has no page at the URL. */
export function notFoundPage(): Response {
  return page(404, "Page not found", "<p>The app has no page at this URL.</p>");
}

/** Asks whether the app may send email to an address, or is to stop. */
export function agreementPage(address: string, agrees: boolean): Response {
  const question = agrees ? "This app may send email to" : "This app is to send no more email to";
  const form = `<form method="post"><button type="submit">${agrees ? "Yes, it may" : "Stop the emails"}</button></form>`;
  return page(200, "Email of this app", `<p>${question} ${escapeHtml(address)}?</p>${form}`);
}

/** Confirms the answer to the agreement page. */
export function agreedPage(address: string, agrees: boolean): Response {
  const text = agrees
    ? `This app may now send email to ${address}. Each email has a link to stop it.`
    : `This app sends no more email to ${address}.`;
  return page(200, "Email of this app", `<p>${escapeHtml(text)}</p>`);
}

/** Refuses a link of a mail that is not valid, or no longer. */
export function linkExpiredPage(): Response {
  return page(403, "This link has expired", "<p>Enter your address in the app again to get a new link.</p>");
}

/** Renders the diagnostics of a failed build with their positions. */
export function buildFailedPage(diagnostics: Diagnostic[]): Response {
  const ofKind = (kind: Diagnostic["severity"]) => diagnostics.filter(({ severity }) => severity === kind);
  const [errors, warnings] = [ofKind("error"), ofKind("warning")];
  const others = warnings.length === 0 ? "" : `<h2>Warnings</h2>${listOf(warnings)}`;
  return page(500, "The app could not be built", listOf(errors) + others);
}

function listOf(diagnostics: Diagnostic[]): string {
  const items = diagnostics.slice(0, 50).map(({ path, line, column, severity, message }) => {
    const place = path === "" ? "" : `<code>${escapeHtml(path)}${line > 0 ? `:${line}:${column}` : ""}</code>`;
    return `<li class="${severity}">${place}<div>${escapeHtml(message)}</div></li>`;
  });
  return `<ol>${items.join("")}</ol>`;
}

/** Reports an uncaught exception of the app's server. */
export function serverErrorPage(message: string): Response {
  return page(500, "Error in the app's server", `<ol><li><div>${escapeHtml(message)}</div></li></ol>`);
}

/** Reports to a visitor that the storage of the app's owner is full. */
export function storageFullPage(message: string): Response {
  return page(507, "Storage is full", `<p>${escapeHtml(message)}</p>`);
}

/** Reports the rate limit of a public app to a visitor. */
export function tooManyPage(retryAfter: number): Response {
  return page(429, "Too many requests", `<p>Try again in ${retryAfter} seconds.</p>`);
}

/** Reports to a visitor that the app cannot be served now. */
export function unavailablePage(message: string): Response {
  return page(503, "App unavailable", `<p>${escapeHtml(message)}</p>`);
}

/** Escapes a text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
