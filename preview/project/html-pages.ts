import { normalize } from "./resolve-import.ts";

/** What a page's module scripts became: the built script and, where its modules import CSS, the style sheet. */
export type BuiltEntry = { script: string; style: string | null };

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

/** The page with each entry's address replaced by what was built from it. */
export async function linkEntries(page: string, html: string, built: Map<string, BuiltEntry>): Promise<string> {
  const rewriter = new HTMLRewriter().on('script[type="module"][src]', {
    element(script) {
      const entry = built.get(entryPath(page, script.getAttribute("src")) ?? "");
      if (entry === undefined) return;
      script.setAttribute("src", entry.script);
      if (entry.style !== null) script.before(`<link rel="stylesheet" href="${entry.style}">`, { html: true });
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
