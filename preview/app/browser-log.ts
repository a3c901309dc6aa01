import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";

const BODY_BYTES = 16 * 1024;
type Level = PreviewLog["level"];
/** The levels below error that a preview's page may report: every level. */
export const PREVIEW_LEVELS: readonly Level[] = ["debug", "info", "warn"];
/** The levels below error that a page of a visitor may report: warnings only. */
export const VISITOR_LEVELS: readonly Level[] = ["warn"];

/**
 * Parses a log line reported by a page; returns null for an invalid line. The page is generated code, so no field is
 * trusted.
 * @param levels the levels that are kept; any other level becomes an error
 */
export async function readBrowserLog(request: Request, levels: readonly Level[]): Promise<PreviewLog | null> {
  if (request.method !== "POST" || Number(request.headers.get("Content-Length") ?? BODY_BYTES + 1) > BODY_BYTES)
    return null;
  const line = parse(await request.text());
  if (line === null || typeof line.message !== "string") return null;
  return {
    at: new Date().toISOString(),
    level: levels.find((level) => level === line.level) ?? "error",
    source: "browser",
    message: line.message,
    ...(typeof line.path === "string" ? { path: pathOf(line.path) } : {}),
    ...(typeof line.line === "number" ? { line: line.line } : {}),
    ...(typeof line.column === "number" ? { column: line.column } : {}),
    ...(typeof line.stack === "string" ? { stack: line.stack } : {}),
  };
}

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname.slice(0, 255) : address.slice(0, 255);
}
