const controls = 'a[href], button, input, select, textarea, summary, [role="tab"], [role="treeitem"], [role="option"]';
/** The app and the editor's text, in which the place that a person uses is not known from here: they are covered only where nothing else is free. */
const surfaces = "iframe, .cm-content";
const step = 8;
const margin = 16;
const checkedEachMs = 250;

type Area = { left: number; top: number; right: number; bottom: number };
/** `from`: how far down a place is looked for first. */
type Found = { controls: readonly Area[]; surfaces: readonly Area[]; from: number };
export type Size = { width: number; height: number };
/** A place of toasts: how far down, and at which side. */
export type ToastPlace = { top: number; side: "start" | "center" | "end" };

const sides = ["center", "end", "start"] as const;

const areaOf = ({ top, side }: ToastPlace, toasts: Size, page: Size): Area => {
  const free = page.width - toasts.width;
  const left = side === "center" ? free / 2 : side === "end" ? free - margin : margin;
  return { left, top, right: left + toasts.width, bottom: top + toasts.height };
};

const covered = (areas: readonly Area[], { left, top, right, bottom }: Area): number =>
  areas.filter((one) => one.left < right && left < one.right && one.top < bottom && top < one.bottom).length;

/**
 * Returns the place where toasts cover the fewest controls, and of such places one without the app or the editor's text behind them, as far
 * up as there is one.
 */
export function placeFor(toasts: Size, page: Size, found: Found): ToastPlace {
  let best: { place: ToastPlace; cost: number } | null = null;
  const count = Math.max(1, Math.floor((page.height - toasts.height - found.from - margin) / step) + 1);
  for (let index = 0; index < count; index += 1) {
    for (const side of sides) {
      const place = { top: found.from + index * step, side };
      const area = areaOf(place, toasts, page);
      const cost = covered(found.controls, area) * 1_000 + covered(found.surfaces, area);
      if (best === null || cost < best.cost) best = { place, cost };
    }
    if (best?.cost === 0) break;
  }
  return best?.place ?? { top: found.from, side: "center" };
}

/** The areas of elements that a person sees: not those that are scrolled out of their box, or behind another element. */
function areasOf(root: ParentNode, selector: string, box: HTMLElement): DOMRect[] {
  return [...root.querySelectorAll(selector)].flatMap((element) => {
    const area = element.getBoundingClientRect();
    if (area.width === 0 || area.height === 0 || box.contains(element)) return [];
    const top = document.elementFromPoint(area.left + area.width / 2, area.top + area.height / 2);
    return top !== null && (element.contains(top) || top.contains(element)) ? [area] : [];
  });
}

function look(box: HTMLElement): Found {
  const dialog = box.closest("dialog");
  const root = dialog ?? document;
  const header = dialog === null ? document.querySelector("header")?.getBoundingClientRect().bottom : 0;
  // Nothing is painted in between: a control behind the toasts counts as well.
  box.style.visibility = "hidden";
  const from = (header ?? 0) + step;
  const found = { controls: areasOf(root, controls, box), surfaces: areasOf(root, surfaces, box), from };
  box.style.visibility = "";
  return found;
}

const isInUse = (box: HTMLElement): boolean => box.matches(":hover, :focus-within");

function place(box: HTMLElement): void {
  const items = [...box.children].map((item) => item.getBoundingClientRect());
  if (items.length === 0) return;
  const found = look(box);
  const isFree = items.every((item) => covered(found.controls, item) === 0);
  if (box.dataset.placed !== undefined && (isFree || isInUse(box))) return;
  const width = Math.max(...items.map((item) => item.width));
  const { top, side } = placeFor(
    { width, height: box.offsetHeight },
    { width: innerWidth, height: innerHeight },
    found,
  );
  box.dataset.placed = side;
  box.style.top = `${top}px`;
  box.style.justifyItems = side;
}

const timers = new WeakMap<HTMLElement, ReturnType<typeof setInterval>>();

/** Puts toasts where they cover no control, and elsewhere once a control is there, for as long as they are shown and nobody is at them. */
export function placeToasts(box: HTMLElement): void {
  clearInterval(timers.get(box));
  place(box);
  const timer = setInterval(() => {
    if (box.matches(":popover-open")) place(box);
    else clearInterval(timer);
  }, checkedEachMs);
  timers.set(box, timer);
}
