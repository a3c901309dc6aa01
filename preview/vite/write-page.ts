import { decodeEntities, replaceAddresses } from "./html-assets.ts";
import { isModuleScript, isStylesheet, type PageParts } from "./read-page.ts";

/** The built parts of a page. Addresses are written into the page unchanged. */
export type PageReplacements = {
  /** The built entry; null for a page without modules. */
  script: string | null;
  /** Chunks that the entry imports statically, to be loaded ahead. */
  preload: readonly string[];
  /** Style sheets of the entry and its chunks, in the order of the cascade. */
  styles: readonly string[];
  /** Style sheets that scripts of the page wait for when it imports them later; for the page's own scripts to read, browsers ignore them. */
  late: readonly { address: string; scripts: readonly string[] }[];
  /** New addresses by the address in the page (`PageAsset.address`). */
  assets: ReadonlyMap<string, string>;
  /** Compiled contents of `<style>` elements, in the order of `PageParts.inlineStyles`. */
  inlineStyles: readonly string[];
};

type Shape = {
  hasHead: boolean;
  hasBody: boolean;
  hasHtml: boolean;
  importMap: string;
  /** The text of each `<style>`. */
  styles: string[];
};

/**
 * Writes a page that loads the built files. As with `vite build` the tags are at the end of the head: the entry,
 * preloads of its chunks, then style sheets; import maps precede them.
 */
export async function writePage(html: string, parts: PageParts, replacements: PageReplacements): Promise<string> {
  const shape = await shapeOf(html);
  const tags = shape.importMap + tagsOf(replacements, parts.isAsync);
  const imported = new Set(parts.imports.flatMap((one) => (one.kind === "inline-module" ? [] : [one.address])));
  let styles = 0;
  let compiledStyles = 0;
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      if (element.hasAttribute("vite-ignore")) {
        element.removeAttribute("vite-ignore");
      } else if (isReplaced(element, imported)) {
        element.remove();
      } else {
        replaceAddresses(element, (address) => replacements.assets.get(address) ?? null);
        if (element.tagName.toLowerCase() !== "style") return;
        // A style without text was not read, so nothing was compiled of it.
        const isEmpty = shape.styles[styles++]?.trim() === "";
        const css = isEmpty ? undefined : replacements.inlineStyles[compiledStyles++];
        if (css !== undefined) element.setInnerContent(css, { html: true });
      }
    },
  });
  injectTags(rewriter, shape, tags);
  const written = await rewriter.transform(new Response(html)).text();
  return shape.hasHead || shape.hasBody || shape.hasHtml || tags === "" ? written : withTagsInFront(written, tags);
}

function isReplaced(element: Element, imported: ReadonlySet<string>): boolean {
  if (isModuleScript(element)) {
    const source = element.getAttribute("src");
    return source === null || imported.has(decodeEntities(source));
  }
  if (element.getAttribute("type")?.toLowerCase() === "importmap") return true;
  const isLoadedAhead = /^(preload|modulepreload|prefetch)$/i.test(element.getAttribute("rel")?.trim() ?? "");
  if (!isStylesheet(element) && !isLoadedAhead) return false;
  return imported.has(decodeEntities(element.getAttribute("href") ?? ""));
}

function tagsOf({ script, preload, styles, late }: PageReplacements, isAsync: boolean): string {
  const attribute = (value: string) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const entry =
    script === null
      ? []
      : [`<script type="module"${isAsync ? " async" : ""} crossorigin src="${attribute(script)}"></script>`];
  const links = (relation: string, addresses: readonly string[]) =>
    addresses.map((address) => `<link rel="${relation}" crossorigin href="${attribute(address)}">`);
  const later = late.map(
    ({ address, scripts }) =>
      `<link rel="late-stylesheet" href="${attribute(address)}" data-of="${attribute(scripts.join("|"))}">`,
  );
  return [...entry, ...links("modulepreload", preload), ...links("stylesheet", styles), ...later]
    .map((tag) => `  ${tag}\n`)
    .join("");
}

async function shapeOf(html: string): Promise<Shape> {
  const shape: Shape = { hasHead: false, hasBody: false, hasHtml: false, importMap: "", styles: [] };
  let importMap = "";
  const rewriter = new HTMLRewriter()
    .on("html,head,body,style:not([vite-ignore])", {
      element(element) {
        const name = element.tagName.toLowerCase();
        shape.hasHtml ||= name === "html";
        shape.hasBody ||= name === "body";
        if (name === "style") shape.styles.push("");
        if (name !== "head") return;
        // A head without an end tag has no position to insert tags before.
        element.onEndTag(() => {
          shape.hasHead = true;
        });
      },
    })
    .on("style:not([vite-ignore])", {
      text({ text }) {
        shape.styles.push((shape.styles.pop() ?? "") + text);
      },
    })
    .on('script[type="importmap" i]', {
      text({ text }) {
        importMap += text;
      },
    });
  await rewriter.transform(new Response(html)).text();
  if (importMap !== "") shape.importMap = `  <script type="importmap">${importMap}</script>\n`;
  return shape;
}

function injectTags(rewriter: HTMLRewriter, shape: Shape, tags: string): void {
  if (tags === "") return;
  const once = (insert: (element: Element) => void) => {
    let isDone = false;
    return {
      element(element: Element) {
        if (!isDone) insert(element);
        isDone = true;
      },
    };
  };
  if (shape.hasHead)
    rewriter.on(
      "head",
      once((head) => head.append(tags, { html: true })),
    );
  else if (shape.hasBody)
    rewriter.on(
      "body",
      once((body) => body.before(tags, { html: true })),
    );
  else if (shape.hasHtml)
    rewriter.on(
      "html",
      once((html) => html.prepend(tags, { html: true })),
    );
}

function withTagsInFront(html: string, tags: string): string {
  const doctype = /^\s*<!doctype[^>]*>\s*/i.exec(html)?.[0] ?? "";
  return doctype + tags + html.slice(doctype.length);
}
