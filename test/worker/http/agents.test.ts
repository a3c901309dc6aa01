import { describe, expect, it } from "vitest";
import type { Agent, AgentSummary, Routing } from "../../../worker/contract/index.ts";
import { newAccount, newProject, nobody, type Page } from "../stage/client.ts";

const anywhere = () => ({ headers: { "CF-Connecting-IP": crypto.randomUUID() } });

describe("GET /agents", () => {
  it("GET /agents lists each agent with its purpose, and GET /agents/{name} adds its prompt", async () => {
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

  it("A read-only agent has no tool that writes", async () => {
    for (const name of ["explainer", "planner", "reviewer"]) {
      const { tools } = await nobody.expect<Agent>(200, `/v1/agents/${name}`, anywhere());
      for (const writing of ["write_files", "edit_file", "move_file", "delete_files"])
        expect(tools).not.toContain(writing);
    }
  });
});

describe("POST /agents/route", () => {
  const route = async (prompt: string, projectId?: string) => {
    const ada = await newAccount();
    return ada.expect<Routing>(200, "/v1/agents/route", { body: { prompt, ...(projectId && { projectId }) } });
  };

  it("POST /agents/route selects the agent that the prompt names", async () => {
    expect(await route("@explainer what is a closure?")).toMatchObject({
      agent: "explainer",
      method: "mention",
      confidence: 1,
    });
  });

  it("POST /agents/route selects an agent by the prompt's words, with reason and candidates", async () => {
    const routing = await route("Fix the error: TypeError: undefined is not a function");
    expect(routing).toMatchObject({ agent: "debugger", method: "lexical", reason: expect.any(String) });
    expect(routing.candidates[0]).toMatchObject({ agent: "debugger" });
    expect(routing.confidence).toBeGreaterThan(0);
    expect(routing.confidence).toBeLessThanOrEqual(1);
  });

  it("POST /agents/route accepts a project of the caller and refuses one of another account", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const { id } = await newProject(ada);
    await ada.expect(200, "/v1/agents/route", { body: { prompt: "Hi", projectId: id } });
    await eve.problem(404, "/v1/agents/route", { body: { prompt: "Hi", projectId: id } });
  });

  it.each([[{ prompt: "" }], [{ prompt: "  " }], [{}], [{ prompt: "x", agent: "y" }]])(
    "POST /agents/route refuses the input %j",
    async (body) => {
      const ada = await newAccount();
      await ada.problem(422, "/v1/agents/route", { body });
    },
  );
});
