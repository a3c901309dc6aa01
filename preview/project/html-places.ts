import { Parser } from "htmlparser2";
import { PLACE } from "./places.ts";

/** Elements that nobody points at. */
const unseen = new Set(["html", "head", "title", "meta", "link", "base", "script", "style", "template", "noscript"]);

/**
 * Adds its position in the source to each element of a page, so that a person can point at it in the preview.
 * @param path the page's path in the app's folder
 */
export function withPlaces(path: string, html: string): string {
  const lineStarts = [0, ...[...html.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const ends: { at: number; text: string }[] = [];
  let line = 0;
  const parser: Parser = new Parser(
    {
      onopentagname(name) {
        const start = parser.startIndex;
        while ((lineStarts[line + 1] ?? Number.POSITIVE_INFINITY) <= start) line += 1;
        // An element that the parser has added by itself is not in the source.
        const isWritten = html.slice(start + 1, start + 1 + name.length).toLowerCase() === name.toLowerCase();
        if (unseen.has(name.toLowerCase()) || html[start] !== "<" || !isWritten) return;
        const column = start - (lineStarts[line] ?? 0) + 1;
        ends.push({ at: start + 1 + name.length, text: ` ${PLACE}="${attribute(`${path}:${line + 1}:${column}`)}"` });
      },
    },
    { lowerCaseTags: false, recognizeSelfClosing: true },
  );
  parser.end(html);
  let written = "";
  let done = 0;
  for (const { at, text } of ends) {
    written += html.slice(done, at) + text;
    done = at;
  }
  return written + html.slice(done);
}

const attribute = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
