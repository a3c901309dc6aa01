import { PLACE } from "../project/places.ts";

/** The most elements that a person can point at together, and the longest text of one that is sent. */
const maxElements = 20;
const maxTextLength = 2_000;

/**
 * Returns the part of the client script by which a person points at elements of the page:
 * - `{source: "edgesmith-builder", type: "point", nonce, isMore, isFirst}` of the builder begins it. The element under the pointer is outlined; a
 *   click or tap chooses the element, with Shift or `isMore` one more. By keyboard the arrows move to the parent, a child or a neighbour, Enter
 *   chooses. Only the first page of a session takes the focus: later ones come while a person types in the builder.
 * - `{type: "point-more", nonce, isMore}` of the builder sets whether each choice is one more.
 * - Each choice is posted as `{type: "pointed", nonce, elements: [{place, tag, text, color, background, margin, padding, fontSize}]}`: `place` is where the build
 *   found the element in a source, `text` its text if it has nothing else in it, otherwise null. The colours are `#rrggbb`, as they are seen, and the lengths
 *   as they are computed.
 * - Escape ends it, posted as `{type: "pointing-ended", nonce}`, and so does the builder's `{type: "end-pointing", nonce}`.
 *
 * The app gets none of the events meanwhile. The page is generated code, which can forge its messages: the builder shows them to a
 * person, who decides.
 * @returns JavaScript that expects `builder` (an origin) and `tell(message)` in its scope
 */
export function pointScript(): string {
  return `
  let pointing = null;
  const placeOf = (element) => {
    const written = element.getAttribute("${PLACE}");
    if (written) return written;
    // Svelte's own note, whose columns count from 0.
    const { file, line, column } = (element.__svelte_meta || {}).loc || {};
    return typeof file === "string" ? file.replace(/^\\/?project\\//, "") + ":" + line + ":" + (column + 1) : null;
  };
  const placed = (element) => {
    while (element && !placeOf(element)) element = element.parentElement;
    return element;
  };
  // A canvas reads colours of every notation. Null for one that is not opaque.
  const opaque = (color) => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    if (!context) return null;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return alpha < 255 ? null : "#" + [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
  };
  // An element without a background of its own shows that of an element around it.
  const backgroundOf = (element) =>
    element ? opaque(getComputedStyle(element).backgroundColor) || backgroundOf(element.parentElement) : "#ffffff";
  const described = (element) => ({
    place: placeOf(element),
    tag: element.localName,
    color: opaque(getComputedStyle(element).color),
    background: backgroundOf(element),
    margin: getComputedStyle(element).margin,
    padding: getComputedStyle(element).padding,
    fontSize: getComputedStyle(element).fontSize,
    text: element.childNodes.length > 0 && [...element.childNodes].every((node) => node.nodeType === Node.TEXT_NODE)
      ? element.textContent.slice(0, ${maxTextLength}) : null,
  });
  const outline = (element, isChosen) => {
    const box = document.createElement("div");
    const { left, top, width, height } = element.getBoundingClientRect();
    box.style.cssText = "position:fixed;pointer-events:none;box-sizing:border-box;z-index:2147483647;border-radius:2px;border:2px "
      + (isChosen ? "solid" : "dashed") + " #e8590c;background:rgb(232 89 12 / " + (isChosen ? ".18" : ".08") + ");left:" + left + "px;top:" + top + "px;width:" + width + "px;height:" + height + "px";
    return box;
  };
  const draw = () => {
    if (!pointing) return;
    const { root, chosen, over } = pointing;
    root.replaceChildren(...chosen.filter((element) => element.isConnected).map((element) => outline(element, true)),
      ...(over && over.isConnected ? [outline(over, false)] : []));
  };
  const endPointing = () => {
    if (!pointing) return;
    pointing.stop.abort();
    pointing.host.remove();
    pointing = null;
  };
  const choose = (element, hasShift) => {
    if (!element) return;
    const { nonce } = pointing;
    // An element that the page no longer has keeps the place that it had in an older build.
    const chosen = hasShift || pointing.isMore ? pointing.chosen.filter((one) => one.isConnected) : [];
    pointing.chosen = chosen;
    const at = chosen.indexOf(element);
    if (at >= 0) chosen.splice(at, 1);
    else if (chosen.length < ${maxElements}) chosen.push(element);
    draw();
    tell({ type: "pointed", nonce, elements: chosen.map(described) });
  };
  const besides = (element, step) => {
    const all = [...document.querySelectorAll("body *")].filter((one) => placeOf(one) && one.getClientRects().length > 0);
    return all[all.indexOf(element) + step] || element;
  };
  const moves = {
    ArrowUp: (element) => placed(element.parentElement) || element,
    ArrowDown: (element) => [...element.querySelectorAll("*")].find(placeOf) || element,
    ArrowLeft: (element) => besides(element, -1),
    ArrowRight: (element) => besides(element, 1),
  };
  const keyPressed = (event) => {
    if (event.key === "Escape") {
      tell({ type: "pointing-ended", nonce: pointing.nonce });
      return endPointing();
    }
    if (event.key === "Enter") return choose(pointing.over, event.shiftKey);
    const move = moves[event.key];
    if (!move) return;
    pointing.over = pointing.over ? move(pointing.over) : besides(document.body, 1);
    pointing.over.scrollIntoView({ block: "nearest" });
    draw();
  };
  const beginPointing = ({ nonce, isMore, isFirst }) => {
    endPointing();
    const host = document.createElement("div");
    // In the top layer, above dialogs of the app.
    host.popover = "manual";
    host.style.cssText = "position:fixed;inset:0;margin:0;padding:0;border:0;background:none;pointer-events:none";
    const root = host.attachShadow({ mode: "closed" });
    document.documentElement.append(host);
    if (host.showPopover) host.showPopover();
    const stop = new AbortController();
    pointing = { nonce, isMore: isMore === true, host, root, stop, chosen: [], over: null };
    const taken = { capture: true, signal: stop.signal };
    const take = (event) => {
      if (!event.isTrusted) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "dblclick", "auxclick", "contextmenu", "submit", "keyup", "keypress"])
      addEventListener(type, take, taken);
    // Where its default is prevented, a touch neither scrolls nor becomes a click.
    for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"])
      addEventListener(type, (event) => event.isTrusted && event.stopImmediatePropagation(), { ...taken, passive: true });
    addEventListener("click", (event) => {
      take(event);
      choose(placed(document.elementFromPoint(event.clientX, event.clientY)), event.shiftKey);
    }, taken);
    addEventListener("keydown", (event) => {
      if (event.key === "Tab") return;
      take(event);
      keyPressed(event);
    }, taken);
    addEventListener("pointermove", (event) => {
      pointing.over = placed(document.elementFromPoint(event.clientX, event.clientY));
      draw();
    }, taken);
    for (const type of ["scroll", "resize"]) addEventListener(type, draw, { ...taken, passive: true });
    if (isFirst !== false) window.focus();
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== builder || source !== window.parent || !data || data.source !== "edgesmith-builder") return;
    if (data.type === "point" && typeof data.nonce === "string") beginPointing(data);
    if (!pointing || data.nonce !== pointing.nonce) return;
    if (data.type === "point-more") pointing.isMore = data.isMore === true;
    if (data.type === "end-pointing") endPointing();
  });
`;
}
