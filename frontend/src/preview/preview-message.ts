/** A message from the page in the preview's frame, such as an error, a path or a request of the app. */
export type PreviewMessage =
  | { type: "error"; message: string; stack: string | null }
  | { type: "ready"; path: string }
  /** Whether a newer version may replace the page now: not while a person uses it. */
  | { type: "replaceable"; ok: boolean; changedAgoMs: number }
  /** The gateway refused this browser: the link is used up or revoked, or the cookie was blocked. */
  | { type: "refused" }
  | { type: "navigated"; path: string }
  /**
   * A completed request of the app's page. A status of 0 means that no response arrived; null means that the browser
   * hides the status from the page.
   */
  | { type: "request"; kind: RequestKind; method: string; url: string; status: number | null; ms: number }
  /** The elements that a person selected in the session with this nonce. */
  | { type: "pointed"; nonce: string; elements: PointedElement[] }
  /** The person ended the selection in the page. */
  | { type: "pointing-ended"; nonce: string }
  /** The URLs of the page's own style sheets and scripts, and a hash of its HTML. */
  | { type: "build"; styles: string[]; scripts: string[]; page: string }
  /** Whether the page has switched to another build. */
  | { type: "build-taken"; ok: boolean };

/** The kinds of requests by purpose. */
const requestKinds = [
  "fetch",
  "script",
  "style",
  "picture",
  "font",
  "media",
  "page",
  "socket",
  "events",
  "beacon",
  "other",
] as const;
export type RequestKind = (typeof requestKinds)[number];

/**
 * A selected element. `text` is the element's text if it has no child elements, otherwise null. Colours are `#rrggbb`,
 * and lengths are pixels such as `8px 0 20px`; both are null if unknown. The page supplies all of it.
 */
export type PointedElement = {
  place: SourcePlace;
  tag: string;
  text: string | null;
  color: string | null;
  background: string | null;
  margin: string | null;
  padding: string | null;
  fontSize: string | null;
};

/** A position in a source file of the app: a path relative to the app's folder, and a line and column from 1. */
export type SourcePlace = { path: string; line: number; column: number };

/**
 * Requests permission to replace an app's page. The page replies with `replaceable` now, and again once it may be
 * replaced.
 */
export const askToReplace = { source: "edgesmith-builder", type: "replace" } as const;

/** Reloads an app's page. */
export const reloadPage = { source: "edgesmith-builder", type: "reload" } as const;

/** A navigation of the app: in its history, or to a path. */
export type PreviewMove = { type: "back" } | { type: "forward" } | { type: "go"; path: string };

/** Navigates an app's page. */
export const movePage = (move: PreviewMove) => ({ source: "edgesmith-builder", ...move }) as const;

/**
 * The options of a selection: whether each click adds to it, and whether the page is the session's first, which takes
 * the focus.
 */
export type Pointing = { isMore: boolean; isFirst: boolean };

/** Starts, changes and ends the selection of elements in an app's page. The page repeats the nonce in its messages. */
export const beginPointing = (nonce: string, { isMore, isFirst }: Pointing) =>
  ({ source: "edgesmith-builder", type: "point", nonce, isMore, isFirst }) as const;
export const pointMore = (nonce: string, isMore: boolean) =>
  ({ source: "edgesmith-builder", type: "point-more", nonce, isMore }) as const;
export const endPointing = (nonce: string) => ({ source: "edgesmith-builder", type: "end-pointing", nonce }) as const;

const maxElements = 20;
const maxTextLength = 2_000;

/** Parses a position such as `src/app.tsx:12:5`; null if it is invalid. */
function placeIn(value: unknown): SourcePlace | null {
  const [, path, line, column] = /^([^\0\n]{1,255}):(\d{1,6}):(\d{1,6})$/.exec(text(value)) ?? [];
  return path === undefined ? null : { path, line: Number(line), column: Number(column) };
}

/** Parses the elements of a message. Omits invalid elements, texts and values. */
export function elementsIn(value: unknown): PointedElement[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, maxElements).flatMap((element: unknown): PointedElement[] => {
    if (typeof element !== "object" || element === null) return [];
    const fields: Record<string, unknown> = { ...element };
    const place = placeIn(fields.place);
    const tag = /^[a-z][\w-]{0,40}$/.exec(text(fields.tag))?.[0];
    if (place === null || tag === undefined) return [];
    const shown = typeof fields.text === "string" ? fields.text.slice(0, maxTextLength) : null;
    const [color, background] = [colorIn(fields.color), colorIn(fields.background)];
    const [margin, padding, fontSize] = [fields.margin, fields.padding, fields.fontSize].map(lengthsIn);
    return [
      {
        place,
        tag,
        text: shown,
        color,
        background,
        margin: margin ?? null,
        padding: padding ?? null,
        fontSize: fontSize ?? null,
      },
    ];
  });
}

const colorIn = (value: unknown): string | null => /^#[\da-f]{6}$/.exec(text(value))?.[0] ?? null;

/** Parses up to four computed lengths in pixels, and rounds them. */
function lengthsIn(value: unknown): string | null {
  if (!/^(?:-?[\d.]{1,20}px|0)(?: (?:-?[\d.]{1,20}px|0)){0,3}$/.test(text(value))) return null;
  const lengths = text(value)
    .split(" ")
    .map((length) => Math.round(Number.parseFloat(length) * 100) / 100);
  return lengths.map((length) => (length === 0 ? "0" : `${length}px`)).join(" ");
}

/** Requests a page's build, or sends the page another build. */
export const askForBuild = { source: "edgesmith-builder", type: "tell-build" } as const;
export const takeNewerBuild = ({ styles, scripts, page }: { styles: string[]; scripts: string[]; page: string }) =>
  ({ source: "edgesmith-builder", type: "take-build", styles, scripts, page }) as const;

const maxAddresses = 200;
const addresses = (value: unknown): string[] => (Array.isArray(value) ? value.slice(0, maxAddresses).map(text) : []);

const milliseconds = (value: unknown): number =>
  typeof value === "number" && value >= 0 ? value : Number.POSITIVE_INFINITY;

const kind = (value: unknown): RequestKind => requestKinds.find((one) => one === value) ?? "other";

const status = (value: unknown): number | null => {
  if (value === null) return null;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 999 ? value : 0;
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * Parses a message of the preview; null for another origin or an invalid message. Its texts come from the app and are
 * untrusted.
 */
export function readPreviewMessage(event: MessageEvent<unknown>, origin: string): PreviewMessage | null {
  const data = event.data;
  if (!isOriginOf(event.origin, origin) || typeof data !== "object" || data === null) return null;
  const fields: Record<string, unknown> = { ...data };
  if (fields.source !== "edgesmith-preview") return null;
  switch (fields.type) {
    case "ready":
      return { type: "ready", path: text(fields.path) };
    case "replaceable":
      return { type: "replaceable", ok: fields.ok === true, changedAgoMs: milliseconds(fields.changedAgoMs) };
    case "refused":
      return { type: "refused" };
    case "error":
      return {
        type: "error",
        message: text(fields.message).slice(0, 2_000),
        stack: text(fields.stack).slice(0, 4_000) || null,
      };
    case "navigated":
      return { type: "navigated", path: text(fields.path) };
    case "request":
      return {
        type: "request",
        kind: kind(fields.kind),
        method: text(fields.method).slice(0, 20),
        url: text(fields.url).slice(0, 500),
        status: status(fields.status),
        ms: milliseconds(fields.ms),
      };
    case "pointed":
      return { type: "pointed", nonce: text(fields.nonce), elements: elementsIn(fields.elements) };
    case "pointing-ended":
      return { type: "pointing-ended", nonce: text(fields.nonce) };
    case "build":
      return {
        type: "build",
        styles: addresses(fields.styles),
        scripts: addresses(fields.scripts),
        page: text(fields.page),
      };
    case "build-taken":
      return { type: "build-taken", ok: fields.ok === true };
    default:
      return null;
  }
}

/**
 * Whether an origin is the preview's: the origin of its link, or the origin to which the gateway redirects a browser
 * without cookies. The latter's label ends with a secret that only this project's preview knows.
 */
function isOriginOf(origin: string, linked: string): boolean {
  if (origin === linked) return true;
  const [before, label, after] = /^(https?:\/\/)([^.]+)(\..+)$/.exec(linked)?.slice(1) ?? [];
  if (before === undefined || label === undefined || after === undefined) return false;
  const secret = origin.slice(before.length + label.length, origin.length - after.length);
  return origin === before + label + secret + after && /^-[a-z2-7]{26}$/.test(secret);
}
