import { Webhook } from "standardwebhooks";
import { describe, expect, inject, it, vi } from "vitest";
import type { Delivery, NewWebhook, Webhook as Shown } from "../../../worker/contract/index.ts";
import { type Account, newAccount, newProject, type Page } from "../stage/client.ts";
import type { Received } from "./receiver.ts";

/** Creates a receiver that responds with these statuses in turn. */
function addressThat(statuses: string) {
  const name = crypto.randomUUID();
  const url = `${inject("receiverUrl")}/${statuses}/${name}`;
  const at = async (address: string): Promise<Received[]> => (await fetch(address)).json();
  return {
    url,
    received: () => at(url),
    receivedElsewhere: () => at(`${inject("receiverUrl")}/200/${name}-elsewhere`),
    /** Waits until the receiver has got this many requests. */
    receives: (count: number) =>
      vi.waitFor(
        async () => {
          const all = await at(url);
          expect(all).toHaveLength(count);
          return all;
        },
        { timeout: 15_000, interval: 50 },
      ),
  };
}

const events = ["project.created", "revision.created", "project.updated", "project.deleted"];

const newWebhook = (caller: Account, url: string, projectId?: string) =>
  caller.expect<NewWebhook>(201, "/v1/webhooks", { body: { url, events, ...(projectId && { projectId }) } });

const deliveriesOf = async (caller: Account, id: string) =>
  (await caller.expect<Page<Delivery>>(200, `/v1/webhooks/${id}/deliveries`)).data;

describe("the events of a project", () => {
  it("An event is delivered during a run: the run's revision before the run ends", async () => {
    const ada = await newAccount();
    const address = addressThat("200");
    const project = await newProject(ada);
    const body = { url: address.url, events: ["revision.created"] };
    await ada.expect(201, "/v1/webhooks", { body });
    const calls = [
      { text: "I write.", tools: [{ name: "write_files", input: { files: [{ path: "a.txt", content: "a" }] } }] },
      // Longer than the test.
      { text: "I think.", delayMs: 120_000 },
    ];
    const prompt = `\`\`\`script\n${JSON.stringify(calls)}\n\`\`\``;
    const run = await ada.expect<{ id: string }>(202, `/v1/projects/${project.id}/runs`, { body: { prompt } });
    await address.receives(1);
    expect(await ada.expect(200, `/v1/runs/${run.id}`)).not.toHaveProperty("endedAt");
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
  });

  it("An event is delivered signed, once each", async () => {
    const ada = await newAccount();
    const address = addressThat("200");
    const { id, secret } = await newWebhook(ada, address.url);
    const project = await newProject(ada, "Todos");
    const operations = [{ op: "create", path: "index.html", content: "<h1>Todos</h1>" }];
    await ada.expect(201, `/v1/projects/${project.id}/batches`, { body: { operations } });
    await ada.expect(200, `/v1/projects/${project.id}`, { method: "PATCH", body: { name: "Lists" } });
    await ada.expect(204, `/v1/projects/${project.id}`, { method: "DELETE" });
    const received = await address.receives(4);
    const told = received.map(({ body, headers }) => new Webhook(secret).verify(body, headers));
    expect(told.map((event) => (event as { type: string }).type).sort()).toEqual([...events].sort());
    expect(told).toContainEqual({
      type: "revision.created",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/),
      data: expect.objectContaining({ projectId: project.id, revision: 1 }),
    });
    await vi.waitFor(async () => {
      const deliveries = await deliveriesOf(ada, id);
      expect(deliveries.map(({ status, attempts }) => `${status} ${attempts}`)).toEqual(Array(4).fill("succeeded 1"));
    });
  });

  it("An event is delivered to a webhook of its project and not to one of another", async () => {
    const ada = await newAccount();
    const [one, other] = [await newProject(ada), await newProject(ada)];
    const [told, untold] = [addressThat("200"), addressThat("200")];
    await newWebhook(ada, told.url, one.id);
    await newWebhook(ada, untold.url, other.id);
    await ada.expect(200, `/v1/projects/${one.id}`, { method: "PATCH", body: { name: "Lists" } });
    await told.receives(1);
    expect(await untold.received()).toEqual([]);
  });

  it("A request that changes nothing emits no event", async () => {
    const ada = await newAccount();
    const address = addressThat("200");
    const { id } = await newWebhook(ada, address.url);
    const project = await newProject(ada);
    await address.receives(1);
    const stale = { "If-Match": '"0-0"' };
    await ada.problem(412, `/v1/projects/${project.id}`, { method: "PATCH", body: { name: "x" }, headers: stale });
    await ada.problem(412, `/v1/projects/${project.id}`, { method: "DELETE", headers: stale });
    await ada.problem(404, "/v1/projects/prj_none", { method: "DELETE" });
    const operations = [{ op: "delete", path: "none.txt" }];
    await ada.problem(409, `/v1/projects/${project.id}/batches`, { body: { operations } });
    expect(await deliveriesOf(ada, id)).toHaveLength(1);
  });
});

describe("a failing receiver", () => {
  it("A failing receiver gets the same event again after five seconds", async () => {
    const ada = await newAccount();
    const address = addressThat("500,200");
    const { id } = await newWebhook(ada, address.url);
    await ada.expect(202, `/v1/webhooks/${id}/test`, { method: "POST" });
    const [first, second] = await address.receives(2);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    await vi.waitFor(async () => {
      expect(await deliveriesOf(ada, id)).toMatchObject([{ status: "succeeded", attempts: 2, responseStatus: 200 }]);
    });
  }, 20_000);

  it("A redirect of a receiver is not followed", async () => {
    const ada = await newAccount();
    const address = addressThat("302");
    const { id } = await newWebhook(ada, address.url);
    await ada.expect(202, `/v1/webhooks/${id}/test`, { method: "POST" });
    await vi.waitFor(async () => {
      const error = "Redirects (302) are not followed.";
      expect(await deliveriesOf(ada, id)).toMatchObject([{ status: "pending", responseStatus: 302, error }]);
    });
    expect(await address.receivedElsewhere()).toEqual([]);
  });

  it("A receiver that responds with 410 gets nothing more until its webhook is enabled again", async () => {
    const ada = await newAccount();
    const address = addressThat("410,200");
    const { id } = await newWebhook(ada, address.url);
    await newProject(ada);
    const read = () => ada.expect<Shown>(200, `/v1/webhooks/${id}`);
    await vi.waitFor(async () => {
      expect(await read()).toMatchObject({ enabled: false, disabledReason: "The URL responded with 410 Gone." });
    });
    await newProject(ada);
    expect(await address.received()).toHaveLength(1);
    await ada.expect(200, `/v1/webhooks/${id}`, { method: "PATCH", body: { enabled: true } });
    await newProject(ada);
    await address.receives(2);
  });
});
