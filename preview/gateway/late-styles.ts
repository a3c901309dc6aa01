/**
 * Returns the function by which a page loads the style sheets of a script that it imports later. The page names them in its
 * `<link rel="late-stylesheet" href data-of>` elements, whose order is that of the cascade; `data-of` has the scripts' addresses.
 * @returns JavaScript of a function from a script's address to a promise of its sheets, or null if they are all there
 */
export function lateStylesFunction(): string {
  return `(address) => {
  if (typeof document === "undefined") return null;
  const waiting = [];
  for (const late of document.querySelectorAll("link[rel=late-stylesheet]")) {
    if (!late.dataset.of.split("|").includes(address)) continue;
    const href = late.getAttribute("href");
    if (late.isThere) continue;
    if (!late.loading && document.querySelector('link[rel=stylesheet][href="' + href + '"]')) continue;
    late.loading ||= new Promise((resolve, reject) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", crossOrigin: "", href });
      link.onload = () => {
        late.isThere = true;
        resolve();
      };
      link.onerror = () => {
        link.remove();
        late.loading = null;
        reject(new Error("The style sheet " + href + " could not be loaded."));
      };
      document.head.append(link);
    });
    waiting.push(late.loading);
  }
  if (waiting.length === 0) return null;
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: address }));
  return Promise.all(waiting);
}`;
}
