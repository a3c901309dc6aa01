import { mimes } from "mrmime";

/** Types that belong to a vendor, which mrmime leaves out (findings/mrmime-favicon.sh): of icons, fonts and documents. */
const VENDOR_TYPES = {
  cur: "image/x-icon",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  eot: "application/vnd.ms-fontobject",
  ico: "image/x-icon",
  odp: "application/vnd.oasis.opendocument.presentation",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odt: "application/vnd.oasis.opendocument.text",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

// mrmime's own lookup also finds inherited properties of objects, such as `constructor`.
const TYPES = new Map([...Object.entries(mimes), ...Object.entries(VENDOR_TYPES)]);

/** The media type of a file by its name. */
export function contentTypeOf(path: string): string {
  const [, extension = ""] = /\.([^./]+)$/.exec(path) ?? [];
  return TYPES.get(extension.toLowerCase()) ?? "application/octet-stream";
}
