/** How long after a person's last input, or after a request's end, an app still counts as being used. */
const restMs = 1_000;
/** A request that takes longer than this (a long poll, say) no longer keeps the next version waiting. */
const maxRequestMs = 10_000;

/**
 * Part of the script in every preview page, first in its head, so that no input of a person is lost:
 * - what is submitted or pressed before the page's own scripts have run is held back and done once they have;
 * - the builder asks `{source: "edgesmith-builder", type: "replace"}` before it replaces the page by a newer version, and
 *   hears `{type: "replaceable", ok, changedAgoMs}`: not while a field has the focus, a person is at it or a request is
 *   under way; once that is over, it hears `ok: true`. `changedAgoMs` is the time since the person did something or a
 *   request that writes was answered, after which a page that was loaded before shows old data;
 * - `{source: "edgesmith-builder", type: "reload"}` loads the page again.
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
  const beginRequest = (method) => {
    const isRead = /^(get|head|options)$/i.test(method);
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
    return end;
  };
  const fetchOriginal = window.fetch;
  window.fetch = function (...values) {
    const [input, init] = values;
    const end = beginRequest((init && init.method) || (input instanceof Request ? input.method : "GET"));
    const answer = fetchOriginal.apply(this, values);
    answer.then(end, end);
    return answer;
  };
  const methods = new WeakMap();
  const openOriginal = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (...values) {
    methods.set(this, values[0]);
    return openOriginal.apply(this, values);
  };
  const sendOriginal = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...values) {
    this.addEventListener("loadend", beginRequest(methods.get(this)));
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
