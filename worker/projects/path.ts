import { AppError } from "../errors.ts";

const maxPathLength = 255;
const maxSegmentBytes = 255;
/** Control, format (bidi, zero-width), lone surrogate, line and paragraph separator, and all that shows as nothing. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** macOS stores no name with a character that Unicode does not have; U+FFFD says that one was lost on the way. */
const unknown = /[\p{Cn}\ufffd]/u;
const refusedByWindows = /[<>:"|?*\\]/;
const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?$/i;
/** `unzip` takes it for the number of a version on VMS, and drops it. */
const fileVersion = /;\d*$/;
const percentEncoded = /%(2e|2f|5c)/i;
const encodedAscii = /%([0-7][0-9a-f])/gi;
const gitFolder = /^(\.git|git~\d+)$/i;

/**
 * Why a text cannot be a file's path in a project, or null where it can. One function for the API, the agents' tools,
 * import and export: what it lets in can be checked out on Windows, macOS and Linux and cannot leave its folder.
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

/** Whether decoding a path, however often, yields a separator or a dot that it does not show: `%2e`, `%252e`, `%%32e` … */
function decodesToSeparator(path: string): boolean {
  let before = "";
  // Each round that changes the path shortens it, so that this ends.
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
 * The path, where it can be one.
 * @throws AppError `invalid_path` with the pointer of the field it came in.
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
