import { expect, it } from "vitest";
import { emptyView, type RunItem, type RunView, streamOf } from "../../frontend/src/chat/run-view.ts";
import { dataChangesIn, inputOf, toolLabel } from "../../frontend/src/chat/tool-labels.ts";

/** Builds a request to the running app. A request from a stored message has no sequence number. */
const called = (method: string, seq: number): RunItem => ({
  kind: "tool",
  key: `tool-${seq}`,
  seq,
  step: 1,
  toolUseId: `t${seq}`,
  name: "request_preview",
  streamed: streamOf(),
  done: { seq, input: { method, path: "/api/todos" }, result: "{}", isError: false },
});
const turn = (...items: RunItem[]): RunView => ({ ...emptyView("run_1", ""), items });

it("toolLabel describes a tool call in the tense of its state", () => {
  const request = called("POST", 3);
  if (request.kind !== "tool") throw new Error("not a tool call");
  expect(toolLabel(request, inputOf(request))).toEqual({ verb: "Tested", subject: "POST /api/todos" });
  expect(toolLabel({ ...request, done: null }, { method: "GET", path: "/" })).toEqual({
    verb: "Testing",
    subject: "GET /",
  });
  const unknown = { ...request, name: "dance" };
  expect(toolLabel(unknown, {})).toEqual({ verb: "Used", subject: "dance" });
});

it("dataChangesIn counts streamed requests to the app that may have changed its data", () => {
  expect(dataChangesIn([turn(called("POST", 3), called("GET", 5)), turn(called("DELETE", 7))])).toBe(2);
  expect(dataChangesIn([turn(called("POST", 0), called("HEAD", 4))])).toBe(0);
});

it("dataChangesIn counts looks at a page that clicked in it", () => {
  const looked = (input: object): RunItem => {
    const item = called("GET", 3);
    if (item.kind !== "tool" || item.done === null) throw new Error("not a finished tool call");
    return { ...item, name: "view_page", done: { ...item.done, input } };
  };
  expect(dataChangesIn([turn(looked({ path: "/", click: "Add" }), looked({ path: "/" }))])).toBe(1);
});
