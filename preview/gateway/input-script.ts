/** How long an app counts as in use after a person's last input or the end of a request. */
const restMs = 1_000;
/** The maximum duration of a request that delays the next version. A longer request, such as a long poll, does not. */
const maxRequestMs = 10_000;

/**
 * Returns the part of the client script that protects a person's input; it comes first in the head of every preview
 * page:
 * - it queues submits and clicks until the page's own scripts have run, and then replays them;
 * - before the builder replaces the page by a newer version it sends `{source: "edgesmith-builder", type: "replace"}`.
 *   The script replies `{type: "replaceable", ok, changedAgoMs}`; `ok` is false while a field has the focus, a person
 *   interacts or a request is in flight, and `ok: true` follows afterwards. `changedAgoMs` is the time since the last
 *   interaction or response to a write: a page loaded before that shows old data;
 * - it tells the builder of each request of `fetch` and `XMLHttpRequest` when it ends: `{type: "request", kind: "fetch", method, url, status, ms}`
 *   (`resource-script.ts` tells of the others);
 * - `{source: "edgesmith-builder", type: "reload"}` reloads the page, `back` and `forward` move in its history, and `{type:
 *   "go", path}` opens another page of the app.
 * @returns JavaScript that expects `builder` (an origin) and `tell(message)` in its scope
 */
export function inputScript(): string {
  return `
  const early = [];
  let scriptsHaveRun = false;
  const holdBack = (event, redo) => {
    if (scriptsHaveRun || !event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early.push(redo);
  };
  addEventListener("submit", (event) => {
    const { target, submitter } = event;
    holdBack(event, () => target.isConnected && target.requestSubmit(submitter && submitter.isConnected ? submitter : undefined));
  }, true);
  addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button, [role=button]");
    // A submitting button's click becomes its form's submit event, which is held back in its place.
    if (button && !(button.type === "submit" && button.form)) holdBack(event, () => button.isConnected && button.click());
  }, true);
  // Module and deferred scripts have run by then; a task later so have the page's own listeners of the same event.
  document.addEventListener("DOMContentLoaded", () => setTimeout(() => {
    scriptsHaveRun = true;
    for (const redo of early.splice(0)) redo();
  }));

  let pending = 0;
  let lastUse = -Infinity;
  let lastChange = -Infinity;
  const used = () => { lastUse = performance.now(); };
  const changed = () => { lastUse = lastChange = performance.now(); };
  for (const type of ["keydown", "pointerdown", "input"]) addEventListener(type, changed, { capture: true, passive: true });
  // An address of the app's own as a path, as in its sources. A request to an address that is none fails by itself.
  const shownAddress = (address) => {
    const { origin, href, pathname, search } = URL.canParse(address, location.href) ? new URL(address, location.href) : { href: String(address) };
    return (origin === location.origin ? pathname + search : href).slice(0, 500);
  };
  // The builder lists the app's requests; a status of 0 is a request without an answer, null one whose status is not known here.
  const tellRequest = (kind, method, address, ms, status) => {
    tell({ type: "request", kind, method: String(method).toUpperCase(), url: shownAddress(address), status, ms });
  };
  const beginRequest = (method, address) => {
    const isRead = /^(get|head|options)$/i.test(method);
    const from = performance.now();
    let isOver = false;
    pending += 1;
    const end = () => {
      if (isOver) return;
      isOver = true;
      pending -= 1;
      if (isRead) used();
      else changed();
    };
    setTimeout(end, ${maxRequestMs});
    return (status) => {
      end();
      tellRequest("fetch", method, address, performance.now() - from, status);
    };
  };
  const fetchOriginal = window.fetch;
  window.fetch = function (...values) {
    const [input, init] = values;
    const isRequest = input instanceof Request;
    const end = beginRequest((init && init.method) || (isRequest ? input.method : "GET"), isRequest ? input.url : input);
    const answer = fetchOriginal.apply(this, values);
    answer.then(({ status }) => end(status), () => end(0));
    return answer;
  };
  const opened = new WeakMap();
  const openOriginal = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (...values) {
    opened.set(this, values);
    return openOriginal.apply(this, values);
  };
  const sendOriginal = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...values) {
    const [method, address] = opened.get(this) || ["GET", ""];
    const end = beginRequest(method, address);
    this.addEventListener("loadend", () => end(this.status), { once: true });
    return sendOriginal.apply(this, values);
  };
  const pressed = ["button", "checkbox", "color", "image", "radio", "range", "reset", "submit"];
  const fieldHasFocus = () => {
    if (!document.hasFocus()) return false;
    let element = document.activeElement;
    while (element && element.shadowRoot && element.shadowRoot.activeElement) element = element.shadowRoot.activeElement;
    if (!(element instanceof HTMLElement)) return false;
    if (element instanceof HTMLInputElement) return !pressed.includes(element.type);
    return element.isContentEditable || element.matches("textarea, select");
  };
  const isInUse = () => pending > 0 || performance.now() - lastUse < ${restMs} || fieldHasFocus();
  let watching;
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== builder || source !== window.parent || !data || data.source !== "edgesmith-builder") return;
    if (data.type === "reload") return location.reload();
    if (data.type === "back") return history.back();
    if (data.type === "forward") return history.forward();
    // A path of this origin and nothing else: the address bar goes to no other site, and runs no script.
    if (data.type === "go" && typeof data.path === "string") {
      const to = new URL(data.path, location.origin);
      return to.origin === location.origin ? location.assign(to.href) : undefined;
    }
    if (data.type !== "replace") return;
    clearInterval(watching);
    const answer = (ok) => tell({ type: "replaceable", ok, changedAgoMs: performance.now() - lastChange });
    if (!isInUse()) return answer(true);
    answer(false);
    watching = setInterval(() => {
      if (isInUse()) return;
      clearInterval(watching);
      answer(true);
    }, 250);
  });
`;
}
