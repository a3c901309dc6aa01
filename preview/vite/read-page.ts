import { decodeEntities, replaceAddresses } from "./html-assets.ts";
import { type PageContext, pathOfAddress, publicFileOf } from "./page-paths.ts";

/** Something that a page's entry imports, in the order of the document. Paths are relative to the project. */
type PageImport =
  | { kind: "module"; address: string; path: string }
  | { kind: "inline-module"; id: string; code: string; line: number }
  | { kind: "stylesheet"; address: string; path: string };

/**
 * A file that a page names and no module imports. `as`: copy it, compile it as a separate style sheet (with `media`),
 * or copy a classic script.
 */
type PageAsset = { address: string; path: string; as: "file" | "stylesheet" | "script"; isPublic: boolean };

export type PageParts = {
  page: string;
  imports: PageImport[];
  /** Whether every module script has `async`, as Vite requires for an entry that is async. */
  isAsync: boolean;
  /** The contents of `<style>` elements, by index. */
  inlineStyles: { id: string; css: string; line: number }[];
  assets: PageAsset[];
  /** Addresses of the pages that this one links to. */
  links: string[];
};

const STYLE_FILE = /\.(css|scss|sass|less|styl|stylus|pcss|postcss|sss)$/;

/**
 * Parses a page.
 *
 * @param html the page's source, after `replacePlaceholders`
 */
export async function readPage(page: string, html: string, context: PageContext): Promise<PageParts> {
  const reader = new PageReader(page, html, context);
  await new HTMLRewriter()
    .on("*", { element: (element) => reader.element(element) })
    .on("script,style", { text: ({ text }) => reader.text(text) })
    .transform(new Response(html))
    .text();
  return reader.parts();
}

/** Returns the source of a page's entry module: it imports everything that the page loads, in document order. */
export function pageEntry({ imports }: PageParts): string {
  return imports
    .map((one) => `import ${JSON.stringify(one.kind === "inline-module" ? one.id : `/${one.path}`)};\n`)
    .join("");
}

class PageReader {
  readonly #parts: PageParts;
  readonly #html: string;
  readonly #context: PageContext;
  #scripts = 0;
  #asyncScripts = 0;
  /** Text of the current script or style; null for one that is ignored. */
  #inline: { text: string } | null = null;

  constructor(page: string, html: string, context: PageContext) {
    this.#parts = { page, imports: [], isAsync: false, inlineStyles: [], assets: [], links: [] };
    this.#html = html;
    this.#context = context;
  }

  parts(): PageParts {
    return { ...this.#parts, isAsync: this.#scripts > 0 && this.#scripts === this.#asyncScripts };
  }

  text(text: string): void {
    if (this.#inline !== null) this.#inline.text += text;
  }

  element(element: Element): void {
    if (element.hasAttribute("vite-ignore")) return;
    const name = element.tagName.toLowerCase();
    this.#link(element, name);
    if (name === "style") this.#readInline(element, (css, line) => this.#addStyle(css, line));
    if (isModuleScript(element)) this.#module(element);
    else if (!isStylesheet(element) || !this.#stylesheet(element)) this.#assets(element, name);
  }

  #assets(element: Element, name: string): void {
    const as = name === "script" ? "script" : isStylesheet(element) ? "stylesheet" : "file";
    replaceAddresses(element, (address) => {
      this.#asset(address, as);
      return null;
    });
  }

  #module(script: Element): void {
    this.#scripts += 1;
    if (script.hasAttribute("async")) this.#asyncScripts += 1;
    const source = script.getAttribute("src");
    if (source === null) {
      this.#readInline(script, (code, line) => this.#addModule(code, line));
      return;
    }
    const address = decodeEntities(source);
    const path = pathOfAddress(this.#parts.page, address, this.#context);
    if (this.#publicFile(address) !== null) this.#asset(address, "script");
    else if (path !== null) this.#parts.imports.push({ kind: "module", address, path });
  }

  /** Whether the page's entry can import the link's style sheet from the project. */
  #stylesheet(link: Element): boolean {
    const address = decodeEntities(link.getAttribute("href") ?? "");
    const path = pathOfAddress(this.#parts.page, address, this.#context);
    if (path === null || !STYLE_FILE.test(path)) return false;
    if (!path.startsWith("node_modules/") && !this.#context.files.has(path)) return false;
    if (link.hasAttribute("media") || link.hasAttribute("disabled")) return false;
    if (this.#publicFile(address) !== null) return false;
    this.#parts.imports.push({ kind: "stylesheet", address, path });
    return true;
  }

  #asset(address: string, as: PageAsset["as"]): void {
    const published = this.#publicFile(address);
    const path = published ?? pathOfAddress(this.#parts.page, address, this.#context);
    // Vite keeps an address that names no file: it may be a route of a server.
    if (path === null || !this.#context.files.has(path)) return;
    if (this.#parts.assets.some((asset) => asset.address === address)) return;
    this.#parts.assets.push({ address, path, as, isPublic: published !== null });
  }

  #link(element: Element, name: string): void {
    const attribute = { a: "href", area: "href", iframe: "src", form: "action" }[name];
    const address = attribute === undefined ? refreshTarget(element, name) : element.getAttribute(attribute);
    if (address !== null) this.#parts.links.push(decodeEntities(address));
  }

  #publicFile(address: string): string | null {
    return publicFileOf(this.#parts.page, address, this.#context);
  }

  #readInline(element: Element, add: (text: string, line: number) => void): void {
    const inline = { text: "" };
    this.#inline = inline;
    element.onEndTag(() => {
      this.#inline = null;
      if (inline.text.trim() !== "") add(inline.text, this.#lineOf(inline.text));
    });
  }

  #addModule(code: string, line: number): void {
    const index = this.#parts.imports.filter(({ kind }) => kind === "inline-module").length;
    this.#parts.imports.push({ kind: "inline-module", id: `${this.#parts.page}?inline-module=${index}`, code, line });
  }

  #addStyle(css: string, line: number): void {
    const id = `${this.#parts.page}?inline-style=${this.#parts.inlineStyles.length}`;
    this.#parts.inlineStyles.push({ id, css, line });
  }

  #lineOf(text: string): number {
    const offset = this.#html.indexOf(text);
    return offset < 0 ? 0 : this.#html.slice(0, offset).split("\n").length;
  }
}

/** Whether an element is a module's script. One in TypeScript or JSX is, since other bundlers take it without a type. */
export function isModuleScript(element: Element): boolean {
  if (element.tagName.toLowerCase() !== "script") return false;
  const type = element.getAttribute("type")?.trim().toLowerCase() ?? "";
  return type === "module" || (type === "" && /\.(tsx?|mts|jsx)$/.test(element.getAttribute("src") ?? ""));
}

/** Whether an element of a page links to a style sheet, and not to an alternate one. */
export function isStylesheet(element: Element): boolean {
  const relations = element.getAttribute("rel")?.toLowerCase().split(/\s+/) ?? [];
  return (
    element.tagName.toLowerCase() === "link" && relations.includes("stylesheet") && !relations.includes("alternate")
  );
}

function refreshTarget(element: Element, name: string): string | null {
  if (name !== "meta" || element.getAttribute("http-equiv")?.toLowerCase() !== "refresh") return null;
  return /;\s*url=\s*['"]?([^'"]+)/i.exec(element.getAttribute("content") ?? "")?.[1] ?? null;
}
