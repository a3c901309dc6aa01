/** Where the files of a build are served. */
const built = "/__edgesmith/built/";

/**
 * Returns the part of the client script that takes the style sheets of another build without a reload, so that the page keeps its
 * state. `{source: "edgesmith-builder", type: "tell-styles"}` asks a page for its own, answered by `{type: "styles", styles, scripts}`;
 * `{type: "show-styles", styles, scripts}` gives a page those of a newer build, answered by `{type: "styles-shown", ok}`. `ok` is
 * false for a build whose scripts are others, too.
 * @returns JavaScript that expects `builder` (an origin) and `tell(message)` in its scope
 */
export function styleScript(): string {
  return `
  const isBuilt = (address) => typeof address === "string" && address.startsWith("${built}");
  const addressesOf = (selector, name) => [...document.querySelectorAll(selector)].map((element) => element.getAttribute(name)).filter(isBuilt);
  const ownScripts = () => addressesOf("script[type=module]", "src");
  // The name of a sheet without the hash of its content.
  const stem = (address) => address.replace(/-[0-9A-Z]+\\.css$/, "");
  const showStyles = async (styles) => {
    const links = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => isBuilt(link.getAttribute("href")));
    const loaded = styles.map((address) => {
      const old = links.find((link) => stem(link.getAttribute("href")) === stem(address));
      if (old && old.getAttribute("href") === address) return null;
      const fresh = Object.assign(document.createElement("link"), { rel: "stylesheet", crossOrigin: "anonymous", href: address });
      const done = new Promise((resolve) => {
        fresh.onload = () => { if (old) old.remove(); resolve(true); };
        fresh.onerror = () => { fresh.remove(); resolve(false); };
      });
      if (old) old.after(fresh);
      else document.head.append(fresh);
      return done;
    });
    return (await Promise.all(loaded)).every((ok) => ok !== false);
  };
  addEventListener("message", async ({ origin, source, data }) => {
    if (origin !== builder || source !== window.parent || !data || data.source !== "edgesmith-builder") return;
    if (data.type === "tell-styles") tell({ type: "styles", styles: addressesOf("link[rel=stylesheet]", "href"), scripts: ownScripts() });
    if (data.type !== "show-styles" || !Array.isArray(data.styles) || !data.styles.every(isBuilt)) return;
    const isSame = JSON.stringify(data.scripts) === JSON.stringify(ownScripts());
    tell({ type: "styles-shown", ok: isSame && await showStyles(data.styles) });
  });
`;
}
