import { html, raw } from "hono/html";
import { errorHelp } from "../../contract/index.ts";
import { type ErrorCode, errorCodes } from "../../errors.ts";
import { statusOf, titles } from "../middleware/problem.ts";
import type { ApiDocument } from "./document.ts";

const methods = ["get", "post", "put", "patch", "delete"];

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:56rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}li{margin:.75rem 0}ul{padding:0;list-style:none}code{font:14px/1.4 ui-monospace,monospace}
.method{display:inline-block;min-width:4.5rem;font-weight:600}.access{opacity:.7;font-size:.9em}`;

/** Renders the document as an HTML page without scripts: every route by tag, with its access and its responses. */
export function docsPage(document: ApiDocument) {
  const tags = Map.groupBy(routesOf(document), ({ tag }) => tag);
  return shell(
    "Edgesmith API",
    html`<p>Everything below, with every field, is in <a href="/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${[...tags].map(
  ([tag, routes]) =>
    html`<h2>${tag}</h2><ul>${routes.map(
      ({ method, path, access, summary, statuses }) =>
        html`<li><code><span class="method">${method}</span>${path}</code><br>${summary}<br><span class="access">${access} · ${statuses}</span></li>`,
    )}</ul>`,
)}
<h2>Errors</h2><ul>${errorCodes.map(
      (code) => html`<li><code><a href="/v1/docs/errors/${code}">${code}</a></code> ${statusOf[code]}</li>`,
    )}</ul>`,
  );
}

/** Renders the page of one problem code, which a problem's `type` links to. */
export function errorPage(code: ErrorCode) {
  const status = statusOf[code];
  return shell(
    code,
    html`<p><strong>${status} ${titles[status] ?? "Error"}</strong></p><p>${errorHelp[code]}</p>
<p><a href="/v1/docs">Edgesmith API</a></p>`,
  );
}

const shell = (title: string, content: unknown) => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(style)}</style></head>
<body><h1>${title}</h1>
${content}
</body></html>`;

const accessInWords: Record<string, string> = {
  public: "anyone",
  session: "a signed-in person",
  any: "a signed-in person, or any token",
};

function routesOf({ paths = {} }: ApiDocument) {
  return Object.entries(paths).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation = operations[method];
      if (!operation) return [];
      const access = operation["x-access"] ?? "public";
      return {
        tag: operation.tags?.[0] ?? "Other",
        method: method.toUpperCase(),
        path,
        summary: operation.summary ?? "",
        access: accessInWords[access] ?? `a signed-in person, or a token with ${access}`,
        statuses: Object.keys(operation.responses ?? {}).join(", "),
      };
    }),
  );
}
