import { describe, expect, it } from "vitest";
import { project, usage } from "../../../drizzle/schema/index.ts";
import { type Me, newId, type UsageReport } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { script } from "../runs/start.ts";
import { type Account, newAccount, newProject, runToEnd } from "../stage/client.ts";

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
const today = () => new Date().toISOString().slice(0, 10);

type Row = Partial<typeof usage.$inferInsert>;

async function used(account: Account, rows: Row[]): Promise<string> {
  const { id: ownerId } = await account.expect<Me>(200, "/v1/me");
  const usual = { ownerId, projectId: "prj_1", agent: "fullstack", model: "claude-sonnet-5-5", day: "2026-03-01" };
  await database.insert(usage).values(rows.map((row) => ({ ...usual, ...row })));
  return ownerId;
}

const reportOf = (account: Account, query: string) => account.expect<UsageReport>(200, `/v1/usage?${query}`);
const march = "from=2026-03-01&to=2026-03-31";

describe("the usage of an account", () => {
  it("The usage of an account is the sum of its runs, by project and in total", async () => {
    const ada = await newAccount();
    const { id, name } = await newProject(ada, "Todos");
    const runs = [
      await runToEnd(ada, id, { prompt: script({ text: "One." }), agent: "fullstack" }),
      await runToEnd(ada, id, { prompt: script({ text: "Two." }), agent: "debugger" }),
    ];
    const inputTokens = runs.reduce((sum, { run }) => sum + run.usage.inputTokens, 0);
    expect(inputTokens).toBeGreaterThan(0);
    const report = await reportOf(ada, "groupBy=project");
    expect(report).toMatchObject({ groupBy: "project", to: today(), truncated: false, total: { inputTokens } });
    expect(report.data).toEqual([{ key: id, name, ...report.total }]);
    const agents = await reportOf(ada, "groupBy=agent");
    expect(agents.data.map(({ key }) => key).toSorted()).toEqual(["debugger", "fullstack"]);
  });

  it("The usage of an account is grouped by day in order, and by model with the most expensive first", async () => {
    const ada = await newAccount();
    await used(ada, [
      { day: "2026-03-02", microUsd: 1, inputTokens: 10 },
      { day: "2026-03-01", microUsd: 2, agent: "writer", cacheReadTokens: 7 },
      { day: "2026-03-01", microUsd: 4, model: "qwen3-coder:30b", outputTokens: 5 },
      { day: "2026-02-28", microUsd: 100 },
      { day: "2026-04-01", microUsd: 100 },
    ]);
    const days = await reportOf(ada, march);
    expect(days.data).toEqual([
      { ...nothing, key: "2026-03-01", name: null, microUsd: 6, outputTokens: 5, cacheReadTokens: 7 },
      { ...nothing, key: "2026-03-02", name: null, microUsd: 1, inputTokens: 10 },
    ]);
    expect(days.total).toEqual({ ...nothing, microUsd: 7, inputTokens: 10, outputTokens: 5, cacheReadTokens: 7 });
    const models = await reportOf(ada, `${march}&groupBy=model`);
    expect(models.data.map(({ key, microUsd }) => [key, microUsd])).toEqual([
      ["qwen3-coder:30b", 4],
      ["claude-sonnet-5-5", 3],
    ]);
  });

  it("The usage of an account omits the names of other accounts' projects", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const { id } = await newProject(eve, "Secret");
    await used(eve, [{ projectId: id, microUsd: 5 }]);
    await used(ada, [{ projectId: id, microUsd: 3 }]);
    const { data, total } = await reportOf(ada, `${march}&groupBy=project`);
    expect(data).toEqual([{ ...nothing, key: id, name: null, microUsd: 3 }]);
    expect(total.microUsd).toBe(3);
  });

  it("The usage of an account has at most a thousand groups, and the total of all", async () => {
    const ada = await newAccount();
    await used(
      ada,
      Array.from({ length: 1_001 }, (_, n) => ({ projectId: `prj_${n}`, microUsd: 1_001 - n })),
    );
    const report = await reportOf(ada, `${march}&groupBy=project`);
    expect(report).toMatchObject({ truncated: true, total: { microUsd: (1_001 * 1_002) / 2 } });
    expect(report.data).toHaveLength(1_000);
    expect(report.data.at(-1)).toMatchObject({ key: "prj_999", microUsd: 2 });
  });

  it("The usage of an account includes deleted projects", async () => {
    const ada = await newAccount();
    const ownerId = await used(ada, [{ projectId: "prj_gone", microUsd: 3 }]);
    const id = newId("project");
    await database.insert(project).values({ id, ownerId, name: "Gone", space: id });
    await used(ada, [{ projectId: id, microUsd: 2 }]);
    await ada.expect(204, `/v1/projects/${id}`, { method: "DELETE" });
    expect((await reportOf(ada, `${march}&groupBy=project`)).total.microUsd).toBe(5);
  });

  it("The usage of an account without runs is zero for the last thirty days", async () => {
    const report = await reportOf(await newAccount(), "to=2026-03-30");
    expect(report).toEqual({
      from: "2026-03-01",
      to: "2026-03-30",
      groupBy: "day",
      data: [],
      total: nothing,
      truncated: false,
    });
  });

  it.each([
    ["from=2026-03-02&to=2026-03-01", "?from"],
    ["from=2025-01-01&to=2026-03-01", "?from"],
    ["from=0000-01-01&to=0000-01-02", "?from"],
    ["to=2026-02-30", "?to"],
    ["to=yesterday", "?to"],
    ["to=2026-03-01&to=2026-03-02", "?to"],
    ["groupBy=hour", "?groupBy"],
  ])("GET /v1/usage refuses %s", async (query, pointer) => {
    const { code, errors } = await (await newAccount()).problem(422, `/v1/usage?${query}`);
    expect(code).toBe("invalid_request");
    expect(errors?.map((error) => error.pointer)).toContain(pointer);
  });
});
