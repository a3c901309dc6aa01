const takesFocus = "a[href], button:not(:disabled), input:not(:disabled), [tabindex='0'], [role='treeitem']";

/**
 * Returns the candidates for the focus after an element's row is removed, in order: the element, the adjacent rows, and
 * the heading above.
 */
export function placesAround(element: Element | null): Element[] {
  const row = element?.closest("li, [role='treeitem']");
  const section = element?.closest("section");
  const title = document.getElementById(section?.getAttribute("aria-labelledby") ?? "");
  const heading = title ?? section?.querySelector("h2") ?? document.querySelector("h1");
  return [element, row?.nextElementSibling, row?.previousElementSibling, heading].filter(
    (one) => one instanceof Element,
  );
}

/** Focuses the first candidate that is still in the document, or the first focusable element within it. */
export function focusFirst(places: readonly Element[]): void {
  const place = places.find((one) => one.isConnected && one !== document.body);
  const target =
    place?.matches(takesFocus) || place?.hasAttribute("tabindex") ? place : place?.querySelector(takesFocus);
  if (target instanceof HTMLElement) target.focus();
}
