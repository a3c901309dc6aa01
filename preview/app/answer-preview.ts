import { CLIENT_SCRIPT } from "../gateway/client-script.ts";
import { buildFailedPage } from "../gateway/pages.ts";
import type { KeptBuild } from "./build-store.ts";
import { isNavigation } from "./navigation.ts";
import { type Answering, serveApp } from "./serve-app.ts";

/**
 * Answers a preview request with the app's response and the client script in its pages, or with the page of a failed
 * build.
 */
export async function answerPreview(request: Request, answering: Answering): Promise<Response> {
  if (!answering.build.report.ok) return buildFailed(request, answering.build);
  return withClientScript(request, await serveApp(request, answering));
}

function buildFailed(request: Request, build: KeptBuild): Response {
  if (isNavigation(request)) return buildFailedPage(build.report.diagnostics);
  return Response.json({ error: "build_failed", diagnostics: build.report.diagnostics }, { status: 500 });
}

/**
 * Inserts the client script into a page's head, before every other script. A page without head and body tags gets the
 * script before its first element, and a page without elements gets it at the end. A fragment fetched by a script
 * passes unchanged.
 */
function withClientScript(request: Request, response: Response): Response {
  if (response.webSocket || !(response.headers.get("Content-Type") ?? "").startsWith("text/html")) return response;
  if (response.body === null || response.status === 206) return response;
  let done = false;
  const script = `<script src="${CLIENT_SCRIPT}"></script>`;
  const rewriter = new HTMLRewriter()
    .on("head, body", {
      element(element) {
        if (!done) element.prepend(script, { html: true });
        done = true;
      },
    })
    .on("*", {
      element(element) {
        if (done || element.tagName === "html" || !isNavigation(request)) return;
        element.before(script, { html: true });
        done = true;
      },
    })
    .onDocument({
      end(end) {
        if (!done && isNavigation(request)) end.append(script, { html: true });
      },
    });
  const headers = new Headers(response.headers);
  headers.delete("Content-Length");
  return rewriter.transform(new Response(response.body, { status: response.status, headers }));
}
