import { describe, expect, it } from "vitest";
import type { Agent, AgentSummary, Routing } from "../../../worker/contract/index.ts";
import { type Account, newAccount, newProject, nobody, type Page, runToEnd } from "../stage/client.ts";

const fileOf = (name = "beekeeper", more = "") => `---
name: ${name}
description: Knows beehives, swarms and honey harvests.
keywords: beehive, bees, honey, swarm, apiary
tools: Read, Grep
model: haiku
${more}---
You keep bees. Answer with the patience of one who does.
`;

async function stage(): Promise<{ ada: Account; id: string }> {
  const ada = await newAccount();
  return { ada, id: (await newProject(ada)).id };
}

const put = (ada: Account, id: string, content = fileOf(), name = "beekeeper") =>
  ada.expect<Agent>(200, `/v1/projects/${id}/agents/${name}`, { method: "PUT", body: { content } });

describe("a project's own agent", () => {
  it("A project agent can be created, listed, read, replaced and deleted", async () => {
    const { ada, id } = await stage();
    expect(await put(ada, id)).toMatchObject({
      name: "beekeeper",
      title: "Beekeeper",
      tools: ["read_files", "search_files"],
      model: "fast",
      projectId: id,
    });
    const listed = await ada.expect<Page<AgentSummary>>(200, `/v1/agents?projectId=${id}`);
    expect(listed.data.map(({ name }) => name)).toEqual(expect.arrayContaining(["fullstack", "beekeeper"]));
    await put(ada, id, fileOf("beekeeper", "title: Bee master\n"));
    const read = await ada.expect<Agent>(200, `/v1/agents/beekeeper?projectId=${id}`);
    expect(read).toMatchObject({ title: "Bee master", prompt: expect.stringContaining("patience") });
    await ada.expect(204, `/v1/projects/${id}/agents/beekeeper`, { method: "DELETE" });
    await ada.problem(404, `/v1/projects/${id}/agents/beekeeper`, { method: "DELETE" });
    await ada.problem(404, `/v1/agents/beekeeper?projectId=${id}`);
  });

  it("A project agent can be sent as a Markdown file", async () => {
    const { ada, id } = await stage();
    const address = `/v1/projects/${id}/agents/beekeeper`;
    const headers = { "Content-Type": "text/markdown; charset=utf-8" };
    await ada.expect(200, address, { method: "PUT", body: fileOf(), headers });
    const as = (type: string) => ({ method: "PUT", body: fileOf(), headers: { "Content-Type": type } });
    const refused = await ada.problem(415, address, as("text/plain"));
    expect(refused.detail).toBe("The body must be application/json or text/markdown.");
    await ada.problem(415, address, as("text/markdown; charset=iso-8859-1"));
    const broken = new Uint8Array([...new TextEncoder().encode(fileOf()), 0xff]);
    expect((await ada.problem(400, address, { method: "PUT", body: broken, headers })).code).toBe("malformed_request");
  });

  it("A project agent is routed to and runs in its own project alone", async () => {
    const { ada, id } = await stage();
    const other = await newProject(ada);
    await put(ada, id);
    const prompt = "How large was the honey harvest of each beehive?";
    const route = (projectId: string) => ada.expect<Routing>(200, "/v1/agents/route", { body: { prompt, projectId } });
    expect(await route(id)).toMatchObject({ agent: "beekeeper", method: "lexical" });
    expect((await route(other.id)).agent).not.toBe("beekeeper");
    const { run, events } = await runToEnd(ada, id, { prompt: "@beekeeper say hello" });
    expect(run).toMatchObject({ status: "completed", agent: "beekeeper", routing: { method: "mention" } });
    expect(events.find(({ type }) => type === "run.routed")).toMatchObject({ agent: "beekeeper" });
    await ada.problem(422, `/v1/projects/${other.id}/runs`, { body: { prompt: "Hello", agent: "beekeeper" } });
  });

  it("A project agent can replace a built-in one", async () => {
    const { ada, id } = await stage();
    await put(ada, id, fileOf("tester"), "tester");
    const read = await ada.expect<Agent>(200, `/v1/agents/tester?projectId=${id}`);
    expect(read.prompt).toContain("You keep bees");
    expect((await nobody.expect<Agent>(200, "/v1/agents/tester")).prompt).not.toContain("bees");
  });

  it("A project agent is invisible to other accounts", async () => {
    const { ada, id } = await stage();
    const eve = await newAccount();
    await put(ada, id);
    await nobody.problem(401, `/v1/agents?projectId=${id}`);
    for (const path of [`/v1/agents?projectId=${id}`, `/v1/agents/beekeeper?projectId=${id}`]) {
      await eve.problem(404, path);
      await (await ada.token(["runs:read"])).problem(403, path);
      await (await ada.token(["projects:read"])).expect(200, path);
    }
  });
});

describe("an invalid agent file", () => {
  it.each([
    ["a model there is not", fileOf().replace("haiku", "huge"), "/model", 6],
    ["another name than the address's", fileOf("drone"), "/name", 2],
    ["no front matter", "You keep bees.", "", 1],
    ["a title that is no line", fileOf("beekeeper", 'title: "a\\u202eb"\n'), "/title", 7],
  ])("An invalid agent file is refused with its line and field: %s", async (_what, content, pointer, line) => {
    const { ada, id } = await stage();
    const problem = await ada.problem(422, `/v1/projects/${id}/agents/beekeeper`, { method: "PUT", body: { content } });
    expect(problem.code).toBe("invalid_agent");
    expect(problem.errors).toContainEqual(expect.objectContaining({ pointer, line }));
  });

  it("A project agent is refused over the size limit, and over the maximum per project", async () => {
    const { ada, id } = await stage();
    const large = `${fileOf()}${"bees ".repeat(4_000)}`;
    const address = `/v1/projects/${id}/agents/beekeeper`;
    const tooLarge = await ada.problem(413, address, { method: "PUT", body: { content: large } });
    expect(tooLarge).toMatchObject({ code: "payload_too_large", limit: 16_384 });
    for (let at = 0; at < 20; at += 1) await put(ada, id, fileOf(`bee-${at}`), `bee-${at}`);
    await ada.problem(409, address, { method: "PUT", body: { content: fileOf() } });
    await put(ada, id, fileOf("bee-0"), "bee-0");
  });

  it("An invalid body stores no project agent", async () => {
    const { ada, id } = await stage();
    const address = `/v1/projects/${id}/agents/beekeeper`;
    for (const body of [{}, { content: 1 }, { content: fileOf(), more: true }]) {
      await ada.problem(422, address, { method: "PUT", body });
    }
    await ada.problem(404, `/v1/agents/beekeeper?projectId=${id}`);
  });
});
