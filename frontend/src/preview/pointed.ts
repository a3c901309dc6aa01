import { elementsIn, type PointedElement } from "./preview-message.ts";

/** A person's input: a prompt, the text of one element, by its position, and style properties. */
export type Typed = {
  wanted: string;
  text: { of: string; to: string } | null;
  style: Readonly<Record<string, string>>;
};

/**
 * The selected elements, the revision that their positions refer to (null if unknown), whether a click adds to the
 * selection, and the input about them.
 */
export type Pointed = { elements: PointedElement[]; revision: number | null; isMore: boolean; typed: Typed };

/** The initial state: nothing selected or typed. */
export const nothingPointed: Pointed = {
  elements: [],
  revision: null,
  isMore: false,
  typed: { wanted: "", text: null, style: {} },
};

/** Returns a key that identifies an element by its position in the sources. */
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

/** Converts the state to JSON values that survive a reload, with elements in the format of the page's messages. */
export const storedPointed = ({ elements, ...others }: Pointed): unknown => ({
  ...others,
  elements: elements.map((element) => ({ ...element, place: keyOf(element) })),
});

/** Parses a stored state; null if it is missing or invalid. */
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
