import { lookup } from "mrmime";

/** The media type of a file by its name. */
export const contentTypeOf = (path: string): string => lookup(path) ?? "application/octet-stream";
