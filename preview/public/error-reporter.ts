import { RESERVED } from "../gateway/client-script.ts";

/** Maximum number of reports that one page sends. */
const MAX_REPORTS = 5;

/**
 * The script in a published page that reports uncaught errors, rejections and files that do not load. It is inline, so
 * that it costs no request and precedes the app's own scripts.
 */
const SCRIPT = `<script>(()=>{if(window.__edgesmith)return;window.__edgesmith=1;let left=${MAX_REPORTS};const tell=(message,place)=>{if(left-->0)navigator.sendBeacon("${RESERVED}logs",new Blob([JSON.stringify({message:String(message).slice(0,1e3),...place})],{type:"application/json"}))};const stack=(e)=>e&&e.stack?{stack:String(e.stack).slice(0,4e3)}:{};addEventListener("error",(e)=>{const t=e.target;t instanceof Element?tell("Could not load "+(t.src||t.href||t.tagName)):tell(e.message,{path:e.filename,line:e.lineno,column:e.colno,...stack(e.error)})},true);addEventListener("unhandledrejection",(e)=>tell("Unhandled rejection: "+e.reason,stack(e.reason)))})()</script>`;

/** Matches a page's own Content-Security-Policy. It may refuse inline scripts, so such a page stays unchanged. */
const POLICY = /content-security-policy/i;
const HEAD = /<head(\s[^>]*)?>/i;

/**
 * Adds the script to a page of a production build. Fragments without a head, and pages with a policy, stay unchanged.
 * @param rules the app's `_headers`
 */
export function withReporter(html: string, rules: string): string {
  if (POLICY.test(html) || POLICY.test(rules)) return html;
  return html.replace(HEAD, (head) => head + SCRIPT);
}

/** Adds the script to a page that the app's server returns. */
export function withServedReporter(response: Response): Response {
  const { headers: answered } = response;
  const isPage = (answered.get("Content-Type") ?? "").startsWith("text/html") && response.status !== 206;
  // A body that the app has encoded itself cannot be rewritten.
  const isFixed = answered.has("Content-Security-Policy") || answered.has("Content-Encoding");
  if (!isPage || isFixed || response.webSocket || response.body === null) return response;
  const rewriter = new HTMLRewriter().on("head", {
    element(head) {
      head.prepend(SCRIPT, { html: true });
    },
  });
  const headers = new Headers(answered);
  headers.delete("Content-Length");
  const { status, statusText, body } = response;
  return rewriter.transform(new Response(body, { status, statusText, headers }));
}
