import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { BuiltEntry } from "./client-assets.ts";
import { isUncompiledStyle } from "./module-kinds.ts";
import { normalize } from "./resolve-import.ts";

/** The project files a page names as module scripts, as with Vite: `<script type="module" src="/src/main.tsx">`. */
export async function entriesOf(page: string, html: string): Promise<string[]> {
  const entries = new Set<string>();
  const rewriter = new HTMLRewriter().on('script[type="module"][src]', {
    element(script) {
      const path = entryPath(page, script.getAttribute("src"));
      if (path !== null) entries.add(path);
    },
  });
  await rewriter.transform(new Response(html)).text();
  return [...entries];
}

/** Style sheets a page links that nothing here compiles: a browser would get them as they lie, and show none of it. */
export async function uncompiledStylesOf(page: string, html: string): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const rewriter = new HTMLRewriter().on('link[rel="stylesheet"][href]', {
    element(link) {
      const address = link.getAttribute("href") ?? "";
      const path = entryPath(page, address);
      if (path === null || !isUncompiledStyle(path)) return;
      const message = `There is no compiler for "${address}" here. Link plain CSS instead: it has variables and nesting.`;
      diagnostics.push({ ...placeInPage(page, html, address), severity: "error", message });
    },
  });
  await rewriter.transform(new Response(html)).text();
  return diagnostics;
}

/** A diagnostic that says nothing of its place is about the entry itself: its place is where the page names it. */
export function placeEntryDiagnostic(diagnostic: Diagnostic, page: string, html: string, entry: string): Diagnostic {
  if (diagnostic.path !== "") return diagnostic;
  const name = entry.slice(entry.lastIndexOf("/") + 1);
  return { ...diagnostic, ...placeInPage(page, html, name) };
}

function placeInPage(page: string, html: string, quoted: string): Pick<Diagnostic, "path" | "line" | "column"> {
  const offset = html.indexOf(quoted);
  if (offset < 0) return { path: page, line: 0, column: 0 };
  const before = html.slice(0, offset).split("\n");
  return { path: page, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The page with each entry's address replaced by what was built from it. */
export async function linkEntries(page: string, html: string, built: Map<string, BuiltEntry>): Promise<string> {
  const rewriter = new HTMLRewriter().on('script[type="module"][src]', {
    element(script) {
      const entry = built.get(entryPath(page, script.getAttribute("src")) ?? "");
      if (entry === undefined) return;
      script.setAttribute("src", entry.script);
      const preloads = entry.preloads.map((address) => `<link rel="modulepreload" href="${address}">`);
      const styles = entry.styles.map((address) => `<link rel="stylesheet" href="${address}">`);
      script.before([...preloads, ...styles].join("\n"), { html: true });
    },
  });
  return rewriter.transform(new Response(html)).text();
}

function entryPath(page: string, source: string | null): string | null {
  if (source === null || /^([a-z]+:)?\/\//i.test(source)) return null;
  const path = source.split(/[?#]/, 1)[0] ?? "";
  const folder = page.replace(/^public\//, "").replace(/[^/]*$/, "");
  return normalize(path.startsWith("/") ? path : folder + path);
}
