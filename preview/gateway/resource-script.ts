/** The browser reports a resource and its failure through two events, in either order. */
const failureMs = 200;

/**
 * Returns the part of the client script that tells the builder of the requests of the page without `fetch` and `XMLHttpRequest`, when it
 * ends or is connected, never of its content: `{type: "request", kind, method, url, status, ms}`.
 * - Scripts, style sheets, pictures, fonts, media, frames and beacons, as the browser lists them
 *   (https://www.w3.org/TR/resource-timing/). It hides the status of another site's file: then `status` is null, or 0 after an error
 *   of its element.
 * - `WebSocket` (status 101 when it is connected, 0 when it fails or breaks) and `EventSource` (200 each time it is connected, 0
 *   each time it fails).
 * @returns JavaScript that expects `tellRequest(kind, method, address, ms, status)` in its scope
 */
export function resourceScript(): string {
  return `
  const ownRequests = ["fetch", "xmlhttprequest"];
  const kindOfEnd = [[/\\.(woff2?|ttf|otf|eot)$/i, "font"], [/\\.(m?js|[jt]sx?)$/i, "script"], [/\\.css$/i, "style"]];
  const kindOfInitiator = {
    script: "script", css: "picture", img: "picture", image: "picture", input: "picture", icon: "picture", video: "media",
    audio: "media", track: "media", iframe: "page", frame: "page", object: "page", embed: "page", beacon: "beacon",
  };
  const kindOf = (address, initiator) => {
    const [, kind] = kindOfEnd.find(([end]) => end.test(new URL(address).pathname)) || [];
    return kind || kindOfInitiator[initiator] || "other";
  };
  const isPlatforms = (address) => {
    const { origin, pathname } = new URL(address);
    return origin === location.origin && pathname.startsWith("/__edgesmith/") && !pathname.startsWith("/__edgesmith/built/");
  };
  const failedAddresses = new Set();
  addEventListener("error", ({ target }) => {
    if (target instanceof Element) failedAddresses.add(target.src || target.href);
  }, true);
  const eventAddresses = new Set();
  const tellResource = ({ name, initiatorType, responseStatus, duration }) => {
    if (!/^https?:/.test(name) || ownRequests.includes(initiatorType) || eventAddresses.has(name) || isPlatforms(name)) return;
    const kind = kindOf(name, initiatorType);
    const tellStatus = (status) => tellRequest(kind, kind === "beacon" ? "POST" : "GET", name, duration, status);
    if (responseStatus > 0) return tellStatus(responseStatus);
    const isOwn = new URL(name).origin === location.origin && responseStatus === 0;
    setTimeout(() => tellStatus(isOwn || failedAddresses.has(name) ? 0 : null), ${failureMs});
  };
  if (window.PerformanceObserver && PerformanceObserver.supportedEntryTypes.includes("resource")) {
    new PerformanceObserver((list) => list.getEntries().forEach(tellResource)).observe({ type: "resource", buffered: true });
  }
  const watchMade = (name, begin) => {
    if (!window[name]) return;
    window[name] = new Proxy(window[name], {
      construct(target, values, by) {
        const made = Reflect.construct(target, values, by);
        begin(made, performance.now());
        return made;
      },
    });
  };
  watchMade("WebSocket", (socket, from) => {
    // Under the page's own host as a path, like its other requests.
    const { host, pathname, search } = new URL(socket.url);
    const address = host === location.host ? pathname + search : socket.url;
    let isOpen = false;
    socket.addEventListener("open", () => {
      isOpen = true;
      tellRequest("socket", "GET", address, performance.now() - from, 101);
    });
    socket.addEventListener("close", ({ wasClean }) => {
      if (!isOpen || !wasClean) tellRequest("socket", "GET", address, performance.now() - from, 0);
    });
  });
  watchMade("EventSource", (source, made) => {
    let from = made;
    let isOpen = false;
    eventAddresses.add(source.url);
    const tellEvents = (status) => tellRequest("events", "GET", source.url, performance.now() - from, status);
    source.addEventListener("open", () => {
      isOpen = true;
      tellEvents(200);
    });
    // After the end of a connection the browser connects again: only one that was never made has failed.
    source.addEventListener("error", () => {
      if (!isOpen) tellEvents(0);
      isOpen = false;
      from = performance.now();
    });
  });
`;
}
