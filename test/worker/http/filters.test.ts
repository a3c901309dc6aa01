import { describe, expect, inject, it } from "vitest";
import type { Delivery, NewWebhook, Revision } from "../../../worker/contract/index.ts";
import { type Account, newAccount, newProject, type Page, type Project, type Run, runToEnd } from "../stage/client.ts";

/** @returns all rows of a list, read two at a time by its cursors */
async function all<T>(ada: Account, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 20; pages += 1) {
    const next: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page: Page<T> = await ada.expect<Page<T>>(200, `${path}&limit=2${next}`);
    items.push(...page.data);
    cursor = page.pagination.nextCursor;
    if (cursor === null) return items;
  }
  throw new Error(`${path} has no end`);
}

const says = '```script\n[{"text":"Hello."}]\n```';

describe("the filter q of projects", () => {
  it("GET /projects?q= finds a part of a name in any case, page by page", async () => {
    const ada = await newAccount();
    for (const name of ["Todo list", "Shop", "my TODO", "Todo 3", "tod_o"]) await newProject(ada, name);
    const names = async (q: string) =>
      (await all<Project>(ada, `/v1/projects?q=${encodeURIComponent(q)}`)).map(({ name }) => name);
    expect(await names("todo")).toEqual(["Todo 3", "my TODO", "Todo list"]);
    expect(await names("")).toHaveLength(5);
    expect(await names("_")).toEqual(["tod_o"]);
    for (const none of ["%", "\\", "'", "x%"]) expect(await names(none), none).toEqual([]);
    await ada.problem(422, "/v1/projects?q=%00");
  });

  it("A cursor of GET /projects?q= is valid for the same text alone", async () => {
    const ada = await newAccount();
    for (const name of ["Todo 1", "Todo 2"]) await newProject(ada, name);
    const page = await ada.expect<Page<Project>>(200, "/v1/projects?q=todo&limit=1");
    const cursor = page.pagination.nextCursor;
    await ada.expect(200, `/v1/projects?limit=1&cursor=${cursor}&q=todo`);
    for (const other of ["", "&q=tod"]) {
      expect((await ada.problem(400, `/v1/projects?cursor=${cursor}${other}`)).code).toBe("invalid_cursor");
    }
  });
});

describe("the filters of runs", () => {
  it("GET /runs filters by status, agent and creation time, in both orders", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const runs: Run[] = [];
    for (const agent of ["fullstack", "explainer"]) {
      runs.push((await runToEnd(ada, id, { prompt: says, agent })).run);
    }
    const question = '```script\n[{"tools":[{"name":"ask_user","input":{"question":"Which?"}}]}]\n```';
    const waiting = await ada.expect<Run>(202, `/v1/projects/${id}/runs`, { body: { prompt: question } });
    await expect
      .poll(async () => (await ada.expect<Run>(200, `/v1/runs/${waiting.id}`)).status, { timeout: 20_000 })
      .toBe("waiting");
    const ids = async (query: string) => (await all<Run>(ada, `/v1/projects/${id}/runs?${query}`)).map((run) => run.id);
    const [first, second] = runs.map((run) => run.id);
    expect(await ids("")).toEqual([waiting.id, second, first]);
    expect(await ids("order=asc")).toEqual([first, second, waiting.id]);
    expect(await ids("status=completed")).toEqual([second, first]);
    expect(await ids("status=waiting")).toEqual([waiting.id]);
    expect(await ids("status=queued")).toEqual([]);
    expect(await ids("agent=fullstack&status=completed&order=asc")).toEqual([first]);
    expect(await ids("agent=nobody")).toEqual([]);
    const at = runs[1]?.createdAt ?? "";
    expect(await ids(`createdAfter=${at}`)).toEqual([waiting.id]);
    expect(await ids(`createdBefore=${at}`)).toEqual([first]);
    const elsewhere = at.replace("Z", "%2B00:00");
    expect(await ids(`createdAfter=${elsewhere}&order=asc`)).toEqual([waiting.id]);
    for (const wrong of [
      "status=done",
      "order=up",
      "createdAfter=today",
      "createdBefore=0001-01-01T00:00:00%2B14:00",
    ]) {
      const problem = await ada.problem(422, `/v1/projects/${id}/runs?${wrong}`);
      expect(problem.errors?.[0]?.pointer).toBe(`?${wrong.split("=")[0]}`);
    }
    const page = await ada.expect<Page<Run>>(200, `/v1/projects/${id}/runs?limit=1&status=completed`);
    const cursor = `cursor=${page.pagination.nextCursor}`;
    expect((await ada.problem(400, `/v1/projects/${id}/runs?${cursor}`)).code).toBe("invalid_cursor");
    expect((await ada.problem(400, `/v1/projects/${id}/runs?${cursor}&status=failed`)).code).toBe("invalid_cursor");
    await ada.expect(200, `/v1/projects/${id}/runs?${cursor}&status=completed&order=desc`);
    await ada.expect(200, `/v1/runs/${waiting.id}/cancel`, { method: "POST" });
  });
});

describe("the filters of revisions", () => {
  it("GET /revisions filters by agent and creation time, in both orders", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const write = (content: string) =>
      ada.expect(201, `/v1/projects/${id}/batches`, {
        body: { operations: [{ op: "write", path: "a.txt", content }] },
      });
    await write("1");
    const tool = { tools: [{ name: "write_files", input: { files: [{ path: "b.txt", content: "b" }] } }] };
    await runToEnd(ada, id, {
      agent: "fullstack",
      prompt: `\`\`\`script\n${JSON.stringify([tool, { text: "Done." }])}\n\`\`\``,
    });
    await write("3");
    const revisions = (query: string) => all<Revision>(ada, `/v1/projects/${id}/revisions?${query}`);
    const numbers = async (query: string) => (await revisions(query)).map(({ number }) => number);
    expect(await numbers("")).toEqual([3, 2, 1]);
    expect(await numbers("order=asc")).toEqual([1, 2, 3]);
    expect(await numbers("agent=fullstack")).toEqual([2]);
    const at = (await revisions("")).find(({ number }) => number === 2)?.createdAt;
    expect(await numbers(`createdAfter=${at}`)).toEqual([3]);
    expect(await numbers(`createdBefore=${at}`)).toEqual([1]);
  });
});

describe("the filters of deliveries", () => {
  it("GET /webhooks/{id}/deliveries filters by status and creation time, in both orders", async () => {
    const ada = await newAccount();
    const { id } = await ada.expect<NewWebhook>(201, "/v1/webhooks", {
      body: { url: `${inject("receiverUrl")}/200/filters`, events: ["preview.published"] },
    });
    for (let n = 0; n < 3; n += 1) await ada.expect(202, `/v1/webhooks/${id}/test`, { method: "POST" });
    const list = (query: string) => all<Delivery>(ada, `/v1/webhooks/${id}/deliveries?${query}`);
    await expect.poll(async () => (await list("status=succeeded")).length, { timeout: 20_000 }).toBe(3);
    const ids = (await list("")).map((delivery) => delivery.id);
    expect((await list("order=asc")).map((delivery) => delivery.id)).toEqual(ids.toReversed());
    expect(await list("status=failed")).toEqual([]);
    expect(await list(`createdBefore=2020-01-01T00:00:00Z`)).toEqual([]);
    expect(await list(`createdAfter=2020-01-01T00:00:00Z`)).toHaveLength(3);
  });
});
