import { SELF } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Ticket } from "../../../worker/contract/index.ts";
import { aProject, begin, forEver, script, until } from "../runs/start.ts";
import { type Account, appUrl, type Caller, newAccount, nobody, parseFrames } from "../stage/client.ts";

const elsewhere = { Origin: "https://builder.example" };

const ticketFor = (caller: Caller, resource: object) =>
  caller.expect<Ticket>(201, "/v1/tickets", { body: { kind: "stream", ...resource } });

const live = (projectId: string, ticket: string) =>
  SELF.fetch(`${appUrl}/v1/projects/${projectId}/live?ticket=${ticket}`, {
    headers: { Upgrade: "websocket", ...elsewhere },
  });

async function aRun(): Promise<{ ada: Account; projectId: string; runId: string }> {
  const { ada, projectId } = await aProject();
  const { id } = await begin(ada, projectId, script({ text: "Hello." }));
  await until(ada, id, "completed");
  return { ada, projectId, runId: id };
}

describe("a stream ticket", () => {
  it("A stream ticket opens a run's stream once, without a header, for a page of another origin", async () => {
    const { ada, runId } = await aRun();
    for (const path of [`/v1/runs/${runId}/stream`, `/v1/runs/${runId}/events`]) {
      const { ticket, expiresAt } = await ticketFor(ada, { runId });
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
      const open = () =>
        nobody.request(`${path}?ticket=${ticket}`, { headers: { Accept: "text/event-stream", ...elsewhere } });
      const stream = await open();
      expect(stream.status, path).toBe(200);
      expect(stream.headers.get("access-control-allow-origin")).toBe("*");
      expect(parseFrames(await stream.text()).at(-1)?.type).toBe("run.completed");
      const again = await open();
      expect(again.status).toBe(401);
      expect(await again.json()).toMatchObject({ code: "invalid_token" });
    }
  });

  it("A stream ticket opens a project's live feed once, with the scopes of the token that created it", async () => {
    const { ada, projectId } = await aProject();
    const program = await ada.token(["runs:read", "projects:read"]);
    for (const caller of [ada, program]) {
      const { ticket } = await ticketFor(caller, { projectId });
      const answer = await live(projectId, ticket);
      expect(answer.status).toBe(101);
      answer.webSocket?.accept();
      answer.webSocket?.close();
      expect((await live(projectId, ticket)).status).toBe(401);
    }
    const reader = await ada.token(["runs:read"]);
    await reader.problem(403, "/v1/tickets", { body: { kind: "stream", projectId } });
  });

  it("A stream ticket opens no other resource", async () => {
    const { ada, projectId, runId } = await aRun();
    const other = await begin(ada, projectId, script({ text: "Bye." }));
    const { ticket } = await ticketFor(ada, { runId });
    await nobody.problem(401, `/v1/runs/${other.id}/stream?ticket=${ticket}`);
    await nobody.problem(401, `/v1/runs/${runId}/stream?ticket=est_made-up`);
    const project = await ticketFor(ada, { runId });
    expect((await live(projectId, project.ticket)).status).toBe(401);
    const { ticket: unused } = await ticketFor(ada, { runId });
    await nobody.problem(401, `/v1/runs/${runId}?ticket=${unused}`);
  });

  it("A stream ticket is invalid after its token or session has ended", async () => {
    const { ada, runId } = await aRun();
    const { id, token } = await ada.expect<{ id: string; token: string }>(201, "/v1/tokens", {
      body: { name: "t", scopes: ["runs:read"] },
    });
    const byToken = await nobody.expect<Ticket>(201, "/v1/tickets", {
      body: { kind: "stream", runId },
      headers: { Authorization: `Bearer ${token}` },
    });
    const bySession = await ticketFor(ada, { runId });
    await ada.expect(204, `/v1/tokens/${id}`, { method: "DELETE" });
    await ada.expect(200, "/v1/auth/sign-out", { method: "POST", body: {} });
    for (const { ticket } of [byToken, bySession]) {
      await nobody.problem(401, `/v1/runs/${runId}/stream?ticket=${ticket}`);
    }
  });

  it("A stream ticket is created only for one resource of the caller", async () => {
    const { ada, projectId, runId } = await aRun();
    const eve = await newAccount();
    for (const resource of [{ runId }, { projectId }]) {
      await eve.problem(404, "/v1/tickets", { body: { kind: "stream", ...resource } });
    }
    await nobody.problem(401, "/v1/tickets", { body: { kind: "stream", runId } });
    for (const resource of [{}, { runId, projectId }]) {
      const problem = await ada.problem(422, "/v1/tickets", { body: { kind: "stream", ...resource } });
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(["/runId"]);
    }
  });
});

describe("routes that only stream", () => {
  it("POST /projects/{id}/runs/stream and GET /runs/{id}/stream stream without an Accept header", async () => {
    const { ada, projectId } = await aProject();
    const started = await ada.request(`/v1/projects/${projectId}/runs/stream`, {
      body: { prompt: script({ text: "Hello." }) },
    });
    expect(started.status).toBe(202);
    expect(started.headers.get("content-type")).toContain("text/event-stream");
    const events = parseFrames(await started.text());
    expect(events.at(-1)?.type).toBe("run.completed");
    const runId = events[0]?.runId ?? "";
    expect(started.headers.get("location")).toBe(`/v1/runs/${runId}`);
    const stream = await ada.request(`/v1/runs/${runId}/stream?after=2`);
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    expect(parseFrames(await stream.text())[0]?.seq).toBe(3);
    const resumed = await ada.request(`/v1/runs/${runId}/stream`, { headers: { "Last-Event-ID": "3" } });
    expect(parseFrames(await resumed.text())[0]?.seq).toBe(4);
    expect((await ada.request(`/v1/runs/${runId}/stream?after=${events.at(-1)?.seq}`)).status).toBe(204);
    const running = await begin(ada, projectId, forEver);
    const { body } = await ada.request(`/v1/runs/${running.id}/stream`);
    const first = await body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toContain("retry: 2000");
    await ada.expect(200, `/v1/runs/${running.id}/cancel`, { method: "POST" });
  });
});
