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
// A loop logs the same text in the same millisecond.
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

describe("the pages of a preview's log", () => {
  it("the log's pages contain each line once in both orders, equal lines included", () => {
    const messages = lines.map(({ message }) => message);
    expect(allOf("asc")).toEqual(messages);
    expect(allOf("desc")).toEqual(messages.toReversed());
  });

  it("the log's pages stay stable while lines are added and the oldest are dropped", () => {
    const newest = pageOf(lines, "desc", null);
    expect(newest.said).toEqual(["end", "tick"]);
    const later = [...lines.slice(1), line("more"), line("tock")];
    expect(pageOf(later, "desc", newest.next).said).toEqual(["tick", "tick"]);
    expect(pageOf(later, "desc", cursorOf(list, "gone.0")).said).toEqual([]);
    const oldest = pageOf(lines, "asc", null);
    expect(pageOf(later, "asc", oldest.next).said).toEqual(["tick", "tick"]);
    // After a dropped line, every retained line is newer.
    expect(pageOf(later, "asc", pageOf(lines, "asc", null, 1).next, 100).said).toHaveLength(later.length);
  });
});
