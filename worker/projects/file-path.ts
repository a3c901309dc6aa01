import { AppError } from "../errors.ts";

const maxPathLength = 255;
const maxSegmentBytes = 255;
/**
 * Control and format characters (bidi, zero-width), lone surrogates, line and paragraph separators, and
 * default-ignorable characters.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Unassigned characters, which macOS refuses in names, and U+FFFD, which marks a lost character. */
const unknown = /[\p{Cn}\ufffd]/u;
const refusedByWindows = /[<>:"|?*\\]/;
const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?$/i;
/** A suffix that `unzip` drops as a VMS file version. */
const fileVersion = /;\d*$/;
const percentEncoded = /%(2e|2f|5c)/i;
const encodedAscii = /%([0-7][0-9a-f])/gi;
const gitFolder = /^(\.git|git~\d+)$/i;

/**
 * Returns why a text is not a valid file path, or null for a valid one. The API, the agents' tools, import and export
 * share this function: a valid path can be checked out on Windows, macOS and Linux, and cannot leave its folder.
 */
export function pathFault(path: string): string | null {
  if (path.length === 0) return "it is empty";
  if (path.length > maxPathLength) return `it is longer than ${maxPathLength} characters`;
  if (!path.isWellFormed() || invisible.test(path)) return "it has a control, bidi, zero-width or broken character";
  if (unknown.test(path)) return "it has a character that is not in Unicode, or the mark of one that was lost";
  if (path.normalize("NFC") !== path) return "it is not in Unicode normal form NFC";
  if (path.startsWith("/")) return "it is not relative";
  if (refusedByWindows.test(path)) return 'it has one of the characters < > : " | ? * \\';
  if (decodesToSeparator(path)) return "it has a percent-encoded separator or dot";
  for (const segment of path.split("/")) {
    const fault = segmentFault(segment);
    if (fault !== null) return fault;
  }
  return null;
}

/** Whether decoding a path repeatedly yields a hidden separator or dot: `%2e`, `%252e`, `%%32e`, … */
function decodesToSeparator(path: string): boolean {
  let before = "";
  // Each round that changes the path shortens it, so the loop ends.
  for (let at = path; at !== before; ) {
    if (percentEncoded.test(at)) return true;
    before = at;
    at = at.replace(encodedAscii, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return false;
}

function segmentFault(segment: string): string | null {
  if (segment === "") return "it has an empty segment";
  if (segment === "." || segment === "..") return `it has a “${segment}” segment`;
  if (/[. ]$/.test(segment)) return "a segment ends in a dot or a space, which Windows drops";
  if (segment.startsWith(" ")) return "a segment begins with a space";
  if (fileVersion.test(segment)) return "a segment ends in a semicolon and a number, which unzip drops";
  if (windowsDevice.test(segment)) return `“${segment}” is the name of a device on Windows`;
  if (gitFolder.test(segment)) return "nothing may be under .git";
  if (new TextEncoder().encode(segment).length > maxSegmentBytes)
    return `a segment is longer than ${maxSegmentBytes} bytes`;
  return null;
}

/**
 * Returns a valid path unchanged.
 * @param pointer the JSON pointer of the field, for the error
 * @throws AppError `invalid_path`
 */
export function checkedPath(path: string, pointer = ""): string {
  const fault = pathFault(path);
  if (fault === null) return path;
  const detail = `Invalid path ${JSON.stringify(path.slice(0, 80))}: ${fault}.`;
  throw new AppError("invalid_path", detail, {
    members: { path },
    errors: [{ pointer, code: "invalid_path", detail }],
  });
}
