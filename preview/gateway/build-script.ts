import { HOT_SCRIPT } from "./hot/page-part.ts";

/** Where the files of a build are served. */
const built = "/__edgesmith/built/";

/**
 * Returns the part of the client script that applies a newer build without a reload, so that the page keeps its state.
 * `{source: "edgesmith-builder", type: "tell-build"}` asks a page for its current build. The page answers with `{type:
 * "build", styles, scripts, page}`, in which `page` identifies its HTML; a style sheet of lazily imported scripts has
 * their addresses after "#". `{type: "take-build", styles, scripts, page}` gives a page a newer build, and the page
 * answers with `{type: "build-taken", ok}`. `ok` is false when only a reload is certain to show the newer build: for
 * different HTML, modules with side effects, files outside the build, or after an error in the page.
 * @returns JavaScript that expects `builder` (an origin), `tell(message)` and `fetchOriginal` in its scope
 */
export function buildScript(): string {
  return `
  const isBuilt = (address) => typeof address === "string" && address.startsWith("${built}");
  const addressesOf = (selector, name) => [...document.querySelectorAll(selector)].map((element) => element.getAttribute(name)).filter(isBuilt);
  let scripts = null;
  const ownScripts = () => scripts || addressesOf("script[type=module]", "src");
  // Scripts and style sheets as they are written, whose content may change under the same address.
  const hasOtherFiles = () => [...document.querySelectorAll("script[src], link[rel=stylesheet][href]")].some((element) => {
    const address = new URL(element.src || element.href, location.href);
    return address.origin === location.origin && !address.pathname.startsWith("/__edgesmith/");
  });
  // The page as it came: module scripts have not run when it becomes interactive.
  let page = null;
  document.addEventListener("readystatechange", () => {
    if (page !== null) return;
    const html = document.documentElement.outerHTML.replace(new RegExp('<(script|link)[^>]*"${built}[^>]*>(<.script>)?', "g"), "").replace(/\\s+/g, " ");
    page = String([...html].reduce((sum, letter) => Math.imul(sum ^ letter.codePointAt(0), 16777619), 1)) + ":" + html.length;
  });
  let hasFailed = false;
  addEventListener("error", (event) => { if (!(event.target instanceof Element)) hasFailed = true; }, true);
  addEventListener("unhandledrejection", () => { hasFailed = true; });
  // The name of a sheet without the hash of its content.
  const stem = (address) => address.replace(/-[0-9A-Z]+\\.css$/, "");
  const showStyles = async (styles) => {
    const links = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => isBuilt(link.getAttribute("href")));
    const isListed = (link) => styles.some((address) => stem(address) === stem(link.getAttribute("href")));
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
    const areShown = (await Promise.all(loaded)).every((ok) => ok !== false);
    for (const link of links) if (!isListed(link)) link.remove();
    return areShown;
  };
  // A sheet that scripts load later has their addresses behind its own and "#".
  const lateLinks = () => [...document.querySelectorAll("link[rel=late-stylesheet]")];
  const stylesOf = () => {
    const late = lateLinks().map((link) => ({ href: link.getAttribute("href"), scripts: link.dataset.of }));
    const first = addressesOf("link[rel=stylesheet]", "href").filter((address) => late.every(({ href }) => href !== address));
    return [...first, ...late.map(({ href, scripts }) => href + "#" + scripts)];
  };
  const takeStyles = (listed) => {
    const late = listed.map((one) => one.split("#")).filter(([, scripts]) => scripts !== undefined);
    for (const link of lateLinks()) link.remove();
    for (const [href, scripts] of late) {
      const link = Object.assign(document.createElement("link"), { rel: "late-stylesheet", href });
      link.dataset.of = scripts;
      document.head.append(link);
    }
    // The hot script has others that the page needs, of scripts that have changed themselves.
    const linked = new Set(addressesOf("link[rel=stylesheet]", "href").map(stem));
    const isNeeded = ([href, scripts]) => linked.has(stem(href)) || scripts.split("|").some((address) => hot.opened.has(address));
    const wanted = late.filter(isNeeded);
    return showStyles([...listed.filter((one) => !one.includes("#")), ...wanted.map(([href]) => href)]);
  };
  const readScript = async (address) => {
    const response = await fetchOriginal(address, { cache: "force-cache" });
    if (!response.ok) throw new Error("There is no script at " + address + " any more.");
    return response.text();
  };
  const takeScripts = async (newer) => {
    const own = ownScripts();
    if (JSON.stringify(own) === JSON.stringify(newer)) return true;
    if (own.length !== 1 || newer.length !== 1 || !isBuilt(newer[0])) return false;
    const { takeScript } = await import("${HOT_SCRIPT}");
    return takeScript(own[0], newer[0], readScript);
  };
  const takeBuild = async ({ styles, scripts: newer, page: ofNewer }) => {
    if (hasFailed || page === null || ofNewer !== page || hasOtherFiles()) return false;
    if (![styles, newer].every((list) => Array.isArray(list) && list.every(isBuilt))) return false;
    const isTaken = await takeStyles(styles) && await takeScripts(newer);
    if (isTaken) scripts = newer;
    return isTaken;
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== builder || source !== window.parent || !data || data.source !== "edgesmith-builder") return;
    if (data.type === "tell-build") tell({ type: "build", styles: stylesOf(), scripts: ownScripts(), page });
    if (data.type !== "take-build") return;
    // Whatever goes wrong, the builder replaces the page.
    takeBuild(data).then((ok) => tell({ type: "build-taken", ok }), (failure) => {
      console.debug("The newer build is shown by a reload:", failure);
      tell({ type: "build-taken", ok: false });
    });
  });
`;
}
