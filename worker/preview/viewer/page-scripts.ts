// Functions that run in the viewed page, in a world of their own: the page's scripts can change its document, but not
// the functions that these call. They are texts, since the page does not have the Worker's modules.

const describing = `
  const describe = (element) => {
    if (!element) return "nothing";
    const id = element.id ? ' id="' + element.id + '"' : "";
    const names = typeof element.className === "string" ? element.className.trim() : "";
    return ("<" + element.localName + id + (names ? ' class="' + names + '"' : "")).slice(0, 160) + ">";
  };
  const nameOf = (element) => String(
    element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.innerText || element.value
      || element.placeholder || element.title || element.alt || "").replace(/\\s+/g, " ").trim();
  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && getComputedStyle(element).visibility === "visible";
  };
  const belongs = (element, hit) => !!hit && (element.contains(hit) || hit.closest("label")?.control === element);
  const atCenterOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  };
  const controls = "a[href], button, input, select, textarea, summary, label, [role], [onclick], [tabindex]";
`;

/**
 * Finds an element by its name, its text or a selector, scrolls to it, and returns its center and the element that a
 * click there meets: `{x, y, met, covered}`, or null when the element does not exist.
 */
export const locateScript = `function (wanted) {
  ${describing}
  const bySelector = () => {
    try { return [...document.querySelectorAll(wanted)]; } catch { return []; }
  };
  const lower = wanted.toLowerCase();
  const interactive = [...document.querySelectorAll(controls)];
  const smallestFirst = [...document.body.querySelectorAll("*")].reverse();
  const candidates = [
    ...interactive.filter((element) => nameOf(element).toLowerCase() === lower),
    ...bySelector(),
    ...interactive.filter((element) => nameOf(element).toLowerCase().includes(lower)),
    ...smallestFirst.filter((element) => element.innerText?.trim().toLowerCase() === lower),
  ];
  const element = candidates.find(isShown);
  if (!element) return null;
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const { x, y } = atCenterOf(element);
  const hit = document.elementFromPoint(x, y);
  const met = describe(element) + (nameOf(element) ? " " + JSON.stringify(nameOf(element).slice(0, 80)) : "");
  return { x, y, met, covered: belongs(element, hit) ? null : describe(hit) };
}`;

/**
 * Returns sentences on faults of the visible part of the page that its source does not show: texts in the colour of
 * their background, and controls that another element covers.
 */
export const findingsScript = `function () {
  ${describing}
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (color) => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      known.set(color, canvas.getImageData(0, 0, 1, 1).data);
    }
    return known.get(color);
  };
  // WCAG 2.2, relative luminance.
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isPicture = (element) =>
    /^(img|video|canvas|svg|picture|iframe|object|embed)$/.test(element.localName) || getComputedStyle(element).backgroundImage !== "none";
  // The opaque colour behind a text; null where it is a picture, a mixture or unknown.
  const behind = (element, x, y) => {
    const stack = document.elementsFromPoint(x, y);
    const from = stack.indexOf(element);
    if (from < 0) return null;
    for (const one of stack.slice(from)) {
      if (isPicture(one)) return null;
      const color = rgba(getComputedStyle(one).backgroundColor);
      if (color[3] === 255) return color;
      if (color[3] > 0) return null;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let count = 0; count < 3000 && found.length < 5; count += 1) {
    const node = walker.nextNode();
    if (!node) break;
    const text = node.data.replace(/\\s+/g, " ").trim();
    const element = node.parentElement;
    if (!text || !element || !isShown(element)) continue;
    range.selectNodeContents(node);
    const { left, top, width, height } = range.getBoundingClientRect();
    const x = left + Math.min(width / 2, 20);
    const y = top + height / 2;
    if (width < 2 || height < 2 || x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
    const back = behind(element, x, y);
    const style = getComputedStyle(element);
    const color = rgba(style.webkitTextFillColor || style.color);
    if (back === null || color[3] !== 255) continue;
    const [dark, light] = [luminance(color), luminance(back)].sort((one, other) => one - other);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 1.3) found.push("The text " + JSON.stringify(text.slice(0, 60)) + " in " + describe(element) + " can hardly be seen: its contrast to what is behind it is " + contrast.toFixed(1) + " to 1.");
  }
  // A dialog covers the rest of the page on purpose.
  if (document.querySelector("dialog[open], [aria-modal=true]")) return found;
  const covered = [...document.querySelectorAll("a[href], button, input, select, textarea")].filter(isShown).flatMap((element) => {
    const { x, y } = atCenterOf(element);
    const hit = document.elementFromPoint(x, y);
    if (hit === null || belongs(element, hit) || hit.contains(element)) return [];
    return ["The control " + describe(element) + " " + JSON.stringify(nameOf(element).slice(0, 60)) + " is covered by " + describe(hit) + ": a click on it does not reach it."];
  });
  return [...found, ...covered.slice(0, 5)];
}`;

/** Returns the page's title, its path and its height. */
export const pageScript = `function () {
  return {
    title: document.title.slice(0, 200),
    path: (location.pathname + location.search + location.hash).slice(0, 500),
    height: Math.ceil(document.documentElement.scrollHeight),
  };
}`;
