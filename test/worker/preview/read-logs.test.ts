import { describe, expect, it } from "vitest";
import type { PreviewLog } from "../../../worker/contract/index.ts";
import { cursorOf, pageRequest } from "../../../worker/database/index.ts";
import { logPage } from "../../../worker/preview/read-logs.ts";

const line = (message: string): PreviewLog => ({
  at: "2026-11-27T12:00:00.000Z",
  level: "info",
  source: "server",
  message,
});
const list = "logs";
// A loop says the same thing in the same millisecond.
const lines = ["start", "tick", "tick", "tick", "end"].map(line);

type Order = "asc" | "desc";
const pageOf = (kept: PreviewLog[], order: Order, cursor: string | null, limit = 2) => {
  const query = { limit: String(limit), ...(cursor !== null && { cursor }) };
  const { data, pagination } = logPage(kept, pageRequest(list, query), order);
  return { said: data.map(({ message }) => message), next: pagination.nextCursor };
};

function allOf(order: Order): string[] {
  const said: string[] = [];
  for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
    const page = pageOf(lines, order, cursor);
    said.push(...page.said);
    cursor = page.next;
  }
  return said;
}

describe("a preview's log, page by page", () => {
  it("has each line once, oldest or newest first, lines that are alike too", () => {
    const messages = lines.map(({ message }) => message);
    expect(allOf("asc")).toEqual(messages);
    expect(allOf("desc")).toEqual(messages.toReversed());
  });

  it("stays stable while lines come, and while the oldest go", () => {
    const newest = pageOf(lines, "desc", null);
    expect(newest.said).toEqual(["end", "tick"]);
    const later = [...lines.slice(1), line("more"), line("tock")];
    expect(pageOf(later, "desc", newest.next).said).toEqual(["tick", "tick"]);
    expect(pageOf(later, "desc", cursorOf(list, "gone.0")).said).toEqual([]);
    const oldest = pageOf(lines, "asc", null);
    expect(pageOf(later, "asc", oldest.next).said).toEqual(["tick", "tick"]);
    // What is kept is all newer than a line that is not.
    expect(pageOf(later, "asc", pageOf(lines, "asc", null, 1).next, 100).said).toHaveLength(later.length);
  });
});
