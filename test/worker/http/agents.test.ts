import { describe, expect, it } from "vitest";
import type { Agent, AgentSummary, Routing } from "../../../worker/contract/index.ts";
import { newAccount, newProject, nobody, type Page } from "../stage/client.ts";

const anywhere = () => ({ headers: { "CF-Connecting-IP": crypto.randomUUID() } });

describe("the agents", () => {
  it("are listed with what each is for, and shown one by one with the prompt", async () => {
    const { data, pagination } = await nobody.expect<Page<AgentSummary>>(200, "/v1/agents", anywhere());
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(["fullstack", "debugger", "explainer"]));
    expect(pagination).toMatchObject({ hasMore: false, nextCursor: null });
    for (const summary of data) {
      expect(summary).not.toHaveProperty("prompt");
      const agent = await nobody.expect<Agent>(200, `/v1/agents/${summary.name}`, anywhere());
      expect(agent).toMatchObject(summary);
      expect(agent.prompt.length).toBeGreaterThan(100);
    }
    await nobody.problem(404, "/v1/agents/wizard", anywhere());
  });

  it("that only read have no tool that writes", async () => {
    for (const name of ["explainer", "planner", "reviewer"]) {
      const { tools } = await nobody.expect<Agent>(200, `/v1/agents/${name}`, anywhere());
      for (const writing of ["write_files", "edit_file", "move_file", "delete_files"])
        expect(tools).not.toContain(writing);
    }
  });
});

describe("routing a prompt", () => {
  const route = async (prompt: string, projectId?: string) => {
    const ada = await newAccount();
    return ada.expect<Routing>(200, "/v1/agents/route", { body: { prompt, ...(projectId && { projectId }) } });
  };

  it("goes to the agent that is named", async () => {
    expect(await route("@explainer what is a closure?")).toMatchObject({
      agent: "explainer",
      method: "mention",
      confidence: 1,
    });
  });

  it("goes by words otherwise, with reason and candidates", async () => {
    const routing = await route("Fix the error: TypeError: undefined is not a function");
    expect(routing).toMatchObject({ agent: "debugger", method: "lexical", reason: expect.any(String) });
    expect(routing.candidates[0]).toMatchObject({ agent: "debugger" });
    expect(routing.confidence).toBeGreaterThan(0);
    expect(routing.confidence).toBeLessThanOrEqual(1);
  });

  it("takes a project of the caller's, and no other", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const { id } = await newProject(ada);
    await ada.expect(200, "/v1/agents/route", { body: { prompt: "Hi", projectId: id } });
    await eve.problem(404, "/v1/agents/route", { body: { prompt: "Hi", projectId: id } });
  });

  it.each([[{ prompt: "" }], [{ prompt: "  " }], [{}], [{ prompt: "x", agent: "y" }]])("refuses %j", async (body) => {
    const ada = await newAccount();
    await ada.problem(422, "/v1/agents/route", { body });
  });
});
