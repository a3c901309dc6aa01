import { type OpenTag, openTagAt } from "./open-tag.ts";
import type { SourcePlace } from "./preview-message.ts";

/** A change of an element: its displayed text, and style properties in CSS notation. */
export type ElementEdit = {
  place: SourcePlace;
  tag: string;
  text?: { from: string; to: string } | undefined;
  style?: Readonly<Record<string, string>> | undefined;
};

/** The style properties that can be set, and the pattern of their values. */
const properties = new Set(["color", "background-color", "padding", "margin", "font-size"]);
const valuePattern = /^[#\w\s.%-]{1,60}$/;

type Replacement = { from: number; to: number; text: string };

/**
 * Edits elements in a source file: JSX, HTML, or the markup of Vue and Svelte components.
 * @returns the new source, or a sentence that explains why it cannot be edited here
 */
export function editSource(source: string, edits: readonly ElementEdit[]): { source: string } | { problem: string } {
  const replacements: Replacement[] = [];
  for (const edit of edits) {
    const tag = openTagAt(source, edit.place, edit.tag);
    if (tag === null) return { problem: `${edit.place.path} has changed since. Point at the element again.` };
    const made = [
      ...(edit.text === undefined ? [] : [textReplacement(source, tag, edit.text)]),
      ...(edit.style === undefined ? [] : [styleReplacement(source, tag, edit.style, edit.place.path)]),
    ];
    for (const one of made) {
      if ("problem" in one) return one;
      replacements.push(one);
    }
  }
  return { source: replaced(source, replacements) };
}

function replaced(source: string, replacements: readonly Replacement[]): string {
  let text = source;
  for (const one of replacements.toSorted((first, second) => second.from - first.from)) {
    text = text.slice(0, one.from) + one.text + text.slice(one.to);
  }
  return text;
}

/** Whether the source contains an element's text literally, so that it can be edited. */
export function hasWrittenText(
  source: string,
  { place, tag, text }: { place: SourcePlace; tag: string; text: string },
) {
  const found = openTagAt(source, place, tag);
  return found !== null && !("problem" in textReplacement(source, found, { from: text, to: text }));
}

function textReplacement(source: string, tag: OpenTag, { from, to }: { from: string; to: string }) {
  const end = source.indexOf("<", tag.end);
  const raw = source.slice(tag.end, end < 0 ? source.length : end);
  const isWhole = source.slice(end, end + 2 + tag.name.length).toLowerCase() === `</${tag.name.toLowerCase()}`;
  if (tag.isSelfClosing || end < 0 || !isWhole || raw.includes("{") || spaced(decoded(raw)) !== spaced(from)) {
    return { problem: "Code generates this text. Say what to change instead." };
  }
  const [before = ""] = /^\s*/.exec(raw) ?? [];
  const [after = ""] = /\s*$/.exec(raw.slice(before.length)) ?? [];
  return { from: tag.end, to: end, text: before + encoded(to.trim()) + after };
}

const spaced = (text: string): string => text.replace(/\s+/g, " ").trim();

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/**
 * Escapes a text. All of these languages decode these entities, and some of them parse a brace as the start of code.
 */
const encoded = (text: string): string =>
  text.replace(/[&<>{}]/g, (character) => `&#${character.codePointAt(0)};`).replaceAll("&#38;", "&amp;");

function styleReplacement(source: string, tag: OpenTag, style: Readonly<Record<string, string>>, path: string) {
  const wanted = Object.entries(style);
  if (wanted.some(([name, value]) => !properties.has(name) || !valuePattern.test(value))) {
    return { problem: "This value isn't valid for this style." };
  }
  return /\.[cm]?[jt]sx?$|\.mdx$/.test(path) ? jsxStyle(source, tag, wanted) : htmlStyle(source, tag, wanted);
}

const byCode = { problem: "Code generates this element's style. Say what to change instead." };

function htmlStyle(source: string, tag: OpenTag, wanted: [string, string][]) {
  const known = tag.attributes.find(({ name }) => name.toLowerCase() === "style");
  if (known === undefined) return { from: tag.nameEnd, to: tag.nameEnd, text: ` style="${declarations(wanted)}"` };
  if (known.quote !== '"' && known.quote !== "'") return byCode;
  const value = source.slice(known.valueStart, known.valueEnd);
  if (value.includes("{")) return byCode;
  const kept = value
    .split(";")
    .map((part): [string, string] => [part.split(":", 1)[0]?.trim() ?? "", part.slice(part.indexOf(":") + 1).trim()])
    .filter(([name]) => name !== "" && !wanted.some(([other]) => other === name.toLowerCase()));
  return { from: known.valueStart, to: known.valueEnd, text: declarations([...kept, ...wanted]) };
}

const declarations = (list: [string, string][]): string => list.map(([name, value]) => `${name}: ${value}`).join("; ");

function jsxStyle(source: string, tag: OpenTag, wanted: [string, string][]) {
  const written = wanted.map(([name, value]) => `${camelCase(name)}: ${JSON.stringify(value)}`);
  const known = tag.attributes.find(({ name }) => name === "style");
  if (known === undefined) return { from: tag.nameEnd, to: tag.nameEnd, text: ` style={{ ${written.join(", ")} }}` };
  const value = source.slice(known.valueStart, known.valueEnd);
  // Only an object literal with plain properties: the result of anything else is known only at run time.
  const [, body] = /^\s*\{([^{}()[\]`]*)\}\s*$/.exec(value) ?? [];
  if (known.quote !== "{" || body === undefined || body.includes("...")) return byCode;
  const kept = body
    .split(/,(?=\s*(?:[\w$]+|["'][^"']*["'])\s*:|\s*$)/)
    .map((part) => part.trim())
    .filter((part) => part !== "" && !wanted.some(([name]) => isOf(part, name)));
  return { from: known.valueStart, to: known.valueEnd, text: `{ ${[...kept, ...written].join(", ")} }` };
}

const isOf = (part: string, name: string): boolean =>
  part.split(":", 1)[0]?.trim().replace(/["']/g, "") === camelCase(name);

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
