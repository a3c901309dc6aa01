import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";

const BODY_BYTES = 16 * 1024;

/** A line a page reported, or null where it is not one. The page is generated code: nothing of it is believed. */
export async function readBrowserLog(request: Request): Promise<PreviewLog | null> {
  if (request.method !== "POST" || Number(request.headers.get("Content-Length") ?? BODY_BYTES + 1) > BODY_BYTES)
    return null;
  const line = parse(await request.text());
  if (line === null || typeof line.message !== "string") return null;
  return {
    at: new Date().toISOString(),
    level: line.level === "warn" ? "warn" : "error",
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
