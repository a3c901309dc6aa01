import { buildScript } from "./build-script.ts";
import { dropScript } from "./drop-script.ts";
import { hotPart } from "./hot/page-part.ts";
import { inputScript } from "./input-script.ts";
import { pointScript } from "./point-script.ts";
import { resourceScript } from "./resource-script.ts";

/** Path prefix that the platform reserves on a preview's origin. */
export const RESERVED = "/__edgesmith/";
export const CLIENT_SCRIPT = `${RESERVED}client.js`;

/**
 * Returns the script in every preview page. It reports errors, console output and navigation to the log and to the
 * builder's page around the frame.
 * @param appUrl URL of the builder, the only page that receives the messages
 */
export function clientScript(appUrl: string): string {
  return `(() => {
  const builder = ${JSON.stringify(new URL(appUrl).origin)};
  const tell = (message) => {
    if (window.parent !== window) window.parent.postMessage({ source: "edgesmith-preview", ...message }, builder);
  };
${hotPart()}${inputScript()}${resourceScript()}${dropScript()}${pointScript()}${buildScript()}
  // Of a page's own words, so that a loop of them leaves room for its errors.
  const budgets = { error: 50, warn: 50, info: 100, debug: 100 };
  const report = (level, message, place) => {
    if (budgets[level] <= 0) return;
    budgets[level] -= 1;
    const line = { level, message: String(message).slice(0, 2000), ...place };
    if (level === "error") tell({ type: "error", ...line });
    fetchOriginal("${RESERVED}logs", { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify(line) }).catch(() => {});
  };
  const stackOf = (error) => (error && error.stack ? { stack: String(error.stack).slice(0, 4000) } : {});
  const text = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return String(value);
    try { return JSON.stringify(value) ?? String(value); } catch { return String(value); }
  };
  // React's warnings name what they are about in values of their own, for which %s stands in the first.
  const written = (values) => {
    if (typeof values[0] !== "string") return values.map(text).join(" ");
    const rest = values.slice(1);
    const head = values[0].replace(/%[sdifoOcj%]/g, (mark) => {
      if (mark === "%%") return "%";
      if (rest.length === 0) return mark;
      const value = rest.shift();
      return mark === "%c" ? "" : text(value);
    });
    return [head, ...rest.map(text)].join(" ");
  };
  addEventListener("error", (event) => {
    if (event.target instanceof Element) {
      const address = event.target.src || event.target.href;
      return report("error", "Could not load " + (address ? shownAddress(address) : event.target.tagName));
    }
    report("error", event.message, { path: event.filename, line: event.lineno, column: event.colno, ...stackOf(event.error) });
  }, true);
  addEventListener("unhandledrejection", (event) => report("error", "Unhandled rejection: " + text(event.reason), stackOf(event.reason)));
  for (const [name, level] of [["error", "error"], ["warn", "warn"], ["log", "info"], ["info", "info"], ["debug", "debug"]]) {
    const original = console[name];
    console[name] = (...values) => {
      original.apply(console, values);
      report(level, written(values), stackOf(values.find((value) => value instanceof Error)));
    };
  }
  const navigated = () => tell({ type: "navigated", path: location.pathname + location.search + location.hash });
  for (const verb of ["pushState", "replaceState"]) {
    const original = history[verb];
    history[verb] = function (...values) { original.apply(this, values); navigated(); };
  }
  addEventListener("popstate", navigated);
  addEventListener("hashchange", navigated);
  addEventListener("load", () => tell({ type: "ready", path: location.pathname + location.search + location.hash, title: document.title }));
})();
`;
}
