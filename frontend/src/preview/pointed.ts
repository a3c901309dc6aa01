import { elementsIn, type PointedElement } from "./preview-message.ts";

/** The input of a person: a prompt, the text of one element, by its place, and properties of the style. */
export type Typed = {
  wanted: string;
  text: { of: string; to: string } | null;
  style: Readonly<Record<string, string>>;
};

/**
 * The elements chosen so far, the revision that their places are of, null when it is unknown, whether each choice is one more, and the
 * input about them.
 */
export type Pointed = { elements: PointedElement[]; revision: number | null; isMore: boolean; typed: Typed };

/** Nothing chosen and typed yet. */
export const nothingPointed: Pointed = {
  elements: [],
  revision: null,
  isMore: false,
  typed: { wanted: "", text: null, style: {} },
};

/** Names an element by its place in the sources. */
export const keyOf = ({ place: { path, line, column } }: PointedElement): string => `${path}:${line}:${column}`;

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function typedIn(value: unknown): Typed {
  const { wanted, text, style } = fieldsOf(value);
  const { of, to } = fieldsOf(text);
  const properties = Object.entries(fieldsOf(style)).flatMap(([name, one]) =>
    typeof one === "string" ? [[name, one] as const] : [],
  );
  return {
    wanted: textOf(wanted),
    text: typeof of === "string" && typeof to === "string" ? { of, to } : null,
    style: Object.fromEntries(properties),
  };
}

/** Puts a person's pointing into values of JSON, to be kept over a reload; elements as a page tells of them. */
export const storedPointed = ({ elements, ...others }: Pointed): unknown => ({
  ...others,
  elements: elements.map((element) => ({ ...element, place: keyOf(element) })),
});

/** Reads a kept pointing; null where there is none. */
export function readPointed(value: unknown): Pointed | null {
  if (typeof value !== "object" || value === null) return null;
  const { elements, revision, isMore, typed } = fieldsOf(value);
  return {
    elements: elementsIn(elements),
    revision: typeof revision === "number" ? revision : null,
    isMore: isMore === true,
    typed: typedIn(typed),
  };
}
