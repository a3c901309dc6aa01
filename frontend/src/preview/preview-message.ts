/** A message from the page in the preview's frame: an error of the app, its path, a request, or an access refusal. */
export type PreviewMessage =
  | { type: "error"; message: string; stack: string | null }
  | { type: "ready"; path: string }
  /** Whether the page may be replaced by a newer version now: not while a person uses it. */
  | { type: "replaceable"; ok: boolean; changedAgoMs: number }
  /** The gateway refused this browser: the link is used up or revoked, or the cookie was blocked. */
  | { type: "refused" }
  | { type: "navigated"; path: string }
  /**
   * A request of the app's page that has ended; a status of 0 is one without an answer, null one of which the browser does not tell
   * the page.
   */
  | { type: "request"; kind: RequestKind; method: string; url: string; status: number | null; ms: number }
  /** The elements that a person has pointed at, in the session of pointing that the nonce names. */
  | { type: "pointed"; nonce: string; elements: PointedElement[] }
  /** The person ended pointing in the page. */
  | { type: "pointing-ended"; nonce: string }
  /** The addresses of the page's own style sheets and scripts, and a hash of its HTML. */
  | { type: "build"; styles: string[]; scripts: string[]; page: string }
  /** Whether the page has taken another build. */
  | { type: "build-taken"; ok: boolean };

/** The kinds of requests, by their purpose. */
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
 * An element that a person has pointed at. `text` is its text if it has nothing else in it, otherwise null. The colours are
 * `#rrggbb` and the lengths in pixels, such as `8px 0 20px`, null when they are unknown. All of it comes from the page.
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

/** A place in a source of the app: a path in the app's folder, a line and a column from 1. */
export type SourcePlace = { path: string; line: number; column: number };

/**
 * Requests permission to replace an app's page; the page replies with `replaceable`, and again once it may be replaced.
 */
export const askToReplace = { source: "edgesmith-builder", type: "replace" } as const;

/** Makes an app's page reload. */
export const reloadPage = { source: "edgesmith-builder", type: "reload" } as const;

/** A move in the app's pages: in its history, or to a path of it. */
export type PreviewMove = { type: "back" } | { type: "forward" } | { type: "go"; path: string };

/** Makes an app's page move. */
export const movePage = (move: PreviewMove) => ({ source: "edgesmith-builder", ...move }) as const;

/** How a person points: whether each choice is one more, and whether it is the session's first page, which takes the focus. */
export type Pointing = { isMore: boolean; isFirst: boolean };

/** Begins, changes and ends a person's pointing in an app's page. The page repeats the nonce in its messages. */
export const beginPointing = (nonce: string, { isMore, isFirst }: Pointing) =>
  ({ source: "edgesmith-builder", type: "point", nonce, isMore, isFirst }) as const;
export const pointMore = (nonce: string, isMore: boolean) =>
  ({ source: "edgesmith-builder", type: "point-more", nonce, isMore }) as const;
export const endPointing = (nonce: string) => ({ source: "edgesmith-builder", type: "end-pointing", nonce }) as const;

const maxElements = 20;
const maxTextLength = 2_000;

/** Reads `src/app.tsx:12:5`; null for anything else. */
function placeIn(value: unknown): SourcePlace | null {
  const [, path, line, column] = /^([^\0\n]{1,255}):(\d{1,6}):(\d{1,6})$/.exec(text(value)) ?? [];
  return path === undefined ? null : { path, line: Number(line), column: Number(column) };
}

/** Reads the elements of a message; leaves out anything else, and texts and values that are not as they should be. */
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

/** Reads up to four lengths in pixels, as a browser computes them, and rounds them. */
function lengthsIn(value: unknown): string | null {
  if (!/^(?:-?[\d.]{1,20}px|0)(?: (?:-?[\d.]{1,20}px|0)){0,3}$/.test(text(value))) return null;
  const lengths = text(value)
    .split(" ")
    .map((length) => Math.round(Number.parseFloat(length) * 100) / 100);
  return lengths.map((length) => (length === 0 ? "0" : `${length}px`)).join(" ");
}

/** Asks a page for its build, and gives a page another one. */
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
 * Parses a message of the preview; null for another origin or format. Its texts come from the app and are untrusted.
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
 * Whether an origin is the preview's: that of its link, or the one to which the gateway redirects a browser without
 * cookies, whose label ends with a secret known only to this project's preview.
 */
function isOriginOf(origin: string, linked: string): boolean {
  if (origin === linked) return true;
  const [before, label, after] = /^(https?:\/\/)([^.]+)(\..+)$/.exec(linked)?.slice(1) ?? [];
  if (before === undefined || label === undefined || after === undefined) return false;
  const secret = origin.slice(before.length + label.length, origin.length - after.length);
  return origin === before + label + secret + after && /^-[a-z2-7]{26}$/.test(secret);
}
