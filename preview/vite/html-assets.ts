/** Attributes that name a file, by element: Vite's list, and classic scripts. */
const ADDRESS_ATTRIBUTES: Record<string, readonly string[]> = {
  audio: ["src"],
  embed: ["src"],
  img: ["src"],
  image: ["href", "xlink:href"],
  input: ["src"],
  link: ["href"],
  object: ["data"],
  script: ["src"],
  source: ["src"],
  track: ["src"],
  use: ["href", "xlink:href"],
  video: ["src", "poster"],
};
const SET_ATTRIBUTES: Record<string, readonly string[]> = {
  img: ["srcset"],
  source: ["srcset"],
  link: ["imagesrcset"],
};
const IMAGE_META = /^(msapplication-(tileimage|square\d+x\d+logo|wide310x150logo|config)|twitter:image)$/;
const ASSET_PROPERTY = /^og:(image|audio|video)(:(secure_)?url)?$/;

/** Link relations whose target is a page or another origin, not a file of the app. */
const NO_ASSET_RELATION = /\b(canonical|alternate|preconnect|dns-prefetch|author|license|next|prev|search|help)\b/;

/**
 * Passes each file address of an element to `replace`, and writes the result in its place.
 *
 * @param replace returns the new address, or null to keep the old one
 */
export function replaceAddresses(element: Element, replace: (address: string) => string | null): void {
  const name = element.tagName.toLowerCase();
  for (const attribute of addressAttributes(element, name)) {
    const value = element.getAttribute(attribute);
    const replaced = value === null || value.trim() === "" ? null : replace(decodeEntities(value.trim()));
    if (replaced !== null) element.setAttribute(attribute, encodeAmpersands(replaced));
  }
  for (const attribute of SET_ATTRIBUTES[name] ?? []) {
    const value = element.getAttribute(attribute);
    if (value !== null) setIfChanged(element, attribute, value, replaceInSourceSet(decodeEntities(value), replace));
  }
  const style = element.getAttribute("style");
  if (style?.includes("url(")) setIfChanged(element, "style", style, replaceInStyle(decodeEntities(style), replace));
}

function addressAttributes(element: Element, name: string): readonly string[] {
  if (name === "meta") return isAssetMeta(element) ? ["content"] : [];
  if (name === "link" && NO_ASSET_RELATION.test(element.getAttribute("rel")?.toLowerCase() ?? "")) return [];
  return ADDRESS_ATTRIBUTES[name] ?? [];
}

function isAssetMeta(meta: Element): boolean {
  const of = (attribute: string) => (meta.getAttribute(attribute) ?? "").trim().toLowerCase();
  return IMAGE_META.test(of("name")) || ASSET_PROPERTY.test(of("property"));
}

function setIfChanged(element: Element, attribute: string, before: string, after: string): void {
  if (after !== decodeEntities(before)) element.setAttribute(attribute, encodeAmpersands(after));
}

/**
 * Parses candidates as the HTML standard does ("parse a srcset attribute"): an address may contain commas, but not end
 * with one.
 */
function replaceInSourceSet(set: string, replace: (address: string) => string | null): string {
  let written = "";
  let offset = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = offset;
    const text = pattern.exec(set)?.[0] ?? "";
    offset += text.length;
    return text;
  };
  while (offset < set.length) {
    written += take(/[\s,]*/y);
    const run = take(/\S*/y);
    // A loop, since a regular expression for trailing commas takes quadratic time when many commas precede them.
    let end = run.length;
    while (run[end - 1] === ",") end -= 1;
    const address = run.slice(0, end);
    const commas = run.slice(end);
    written += (address === "" ? null : replace(address)) ?? address;
    written += commas === "" ? take(/[^,]*/y) : commas;
  }
  return written;
}

function replaceInStyle(style: string, replace: (address: string) => string | null): string {
  return style.replace(/url\(\s*(["']?)([^"'()]+)\1\s*\)/g, (whole, quote: string, address: string) => {
    const replaced = replace(address);
    return replaced === null ? whole : `url(${quote}${replaced}${quote})`;
  });
}

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
  "&#x27;": "'",
  "&lt;": "<",
  "&gt;": ">",
};

/** HTMLRewriter returns attributes with their entities encoded. */
export function decodeEntities(value: string): string {
  return value.replace(/&(amp|quot|#39|#x27|lt|gt);/gi, (entity) => ENTITIES[entity.toLowerCase()] ?? entity);
}

/** HTMLRewriter escapes quotes by itself. */
function encodeAmpersands(value: string): string {
  return value.replaceAll("&", "&amp;");
}
