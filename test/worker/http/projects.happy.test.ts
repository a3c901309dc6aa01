import { describe, expect, it } from "vitest";
import { newAccount, newProject, runToEnd } from "../stage/client.ts";

describe("a project", () => {
  it("A project can be created, read, renamed, listed and deleted", async () => {
    const ada = await newAccount();
    const project = await newProject(ada, "Todos");
    expect(project).toMatchObject({ name: "Todos", head: 0, visibility: "private" });
    expect(await ada.expect(200, `/v1/projects/${project.id}`)).toEqual(project);
    const renamed = await ada.expect(200, `/v1/projects/${project.id}`, { method: "PATCH", body: { name: "Lists" } });
    expect(renamed).toMatchObject({ name: "Lists" });
    expect(await ada.expect(200, "/v1/projects")).toMatchObject({
      data: [{ id: project.id }],
      pagination: { hasMore: false },
    });
    await ada.expect(204, `/v1/projects/${project.id}`, { method: "DELETE" });
    await ada.problem(404, `/v1/projects/${project.id}`);
  });
});

describe("a run", () => {
  it("A run writes the app, streams its events in order and stores the conversation", async () => {
    const ada = await newAccount();
    const project = await newProject(ada);
    const { events, run } = await runToEnd(ada, project.id, {
      prompt: "Make a todo list with an API that remembers the todos",
    });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.type).toBe("run.completed");
    expect(run).toMatchObject({ status: "completed", agent: "fullstack", scripted: true, lastSeq: events.length });
    const { data } = await ada.expect<{ data: { path: string }[] }>(200, `/v1/projects/${project.id}/files`);
    expect(data.map(({ path }) => path)).toContain("src/server.ts");
  });
});
