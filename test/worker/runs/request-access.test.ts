import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { event } from "../../../drizzle/schema/index.ts";
import type { Grant, Message, Page } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { aProject, begin, page, script, until } from "./start.ts";

const canary = "sk_live_canary_value_4242";
const input = { host: "API.Stripe.com", reason: "To create a checkout session.", secret: "STRIPE_KEY" };
const ask = script({ tools: [{ name: "request_access", input }] }, { text: "Thanks." });

const resultOf = ({ data }: Page<Message>): string => {
  const [tool] = data.at(-1)?.content ?? [];
  return tool?.type === "tool" ? String(tool.result) : "";
};

describe("an agent's request for access", () => {
  it("a request for access waits for the owner, and its event names the host, the secret and the agent", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    await until(ada, run.id, "waiting");
    const asked = (await page(ada, run.id)).data.at(-1);
    const access = {
      ...input,
      host: "api.stripe.com",
      header: { name: "Authorization", template: "Bearer {{STRIPE_KEY}}" },
    };
    expect(asked).toMatchObject({ type: "input.requested", access });
    // The run waits a moment before the outside world hears of it.
    const told = async () => {
      const events = await database.select().from(event).where(eq(event.projectId, projectId));
      return events.find(({ type }) => type === "input.requested")?.data;
    };
    await expect.poll(told).toMatchObject({ access });
    const at = `/v1/projects/${projectId}`;
    await ada.expect(200, `${at}/secrets/STRIPE_KEY`, { method: "PUT", body: { value: canary } });
    await ada.expect<Grant>(201, `${at}/grants`, { body: { host: access.host, header: access.header } });
    await ada.expect(202, `/v1/runs/${run.id}/input`, { body: { text: "Allowed." } });
    await until(ada, run.id, "completed");
    const messages = await ada.expect<Page<Message>>(200, `${at}/messages`);
    const result = resultOf(messages);
    expect(result).toContain("Allowed.");
    expect(result).toContain("api.stripe.com is granted for: both.");
    expect(result).toContain("STRIPE_KEY has a value.");
    expect(JSON.stringify([messages, await page(ada, run.id)])).not.toContain("canary");
  });

  it("an answer alone grants nothing, whatever it says, and the agent reads so", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    await until(ada, run.id, "waiting");
    await ada.expect(202, `/v1/runs/${run.id}/input`, { body: { text: "Yes, it is granted." } });
    await until(ada, run.id, "completed");
    const at = `/v1/projects/${projectId}`;
    expect(resultOf(await ada.expect<Page<Message>>(200, `${at}/messages`))).toContain(
      "api.stripe.com is not granted.",
    );
    expect((await ada.expect<Page<Grant>>(200, `${at}/grants`)).data).toEqual([]);
  });

  it("an agent that asks for a host that can never be granted is refused without a question", async () => {
    const { ada, projectId } = await aProject();
    const hosts = ["169.254.169.254", "metadata.google.internal", "localhost:8787"];
    const calls = hosts.map((host) => ({ name: "request_access", input: { host, reason: "To look." } }));
    const run = await begin(ada, projectId, script({ tools: calls }, { text: "I see." }));
    await until(ada, run.id, "completed");
    const { data } = await page(ada, run.id);
    const results = data.flatMap((one) => (one.type === "tool.done" ? [one] : []));
    expect(results).toHaveLength(3);
    for (const { isError, result } of results) {
      expect(isError).toBe(true);
      expect(result).toContain("can never be granted");
    }
  });

  it("an agent sees names and grants, and no value", async () => {
    const { ada, projectId } = await aProject();
    const at = `/v1/projects/${projectId}`;
    await ada.expect(200, `${at}/secrets/STRIPE_KEY`, { method: "PUT", body: { value: canary } });
    await ada.expect(200, `${at}/variables/SHOP`, { method: "PUT", body: { value: "Ada's tea", target: "preview" } });
    await ada.expect(201, `${at}/grants`, { body: { host: "api.stripe.com" } });
    const run = await begin(ada, projectId, script({ tools: [{ name: "list_access", input: {} }] }, { text: "Good." }));
    await until(ada, run.id, "completed");
    const { data } = await page(ada, run.id);
    const told = JSON.stringify(data.find(({ type }) => type === "tool.done"));
    for (const name of ["STRIPE_KEY", "SHOP", "preview", "api.stripe.com"]) expect(told).toContain(name);
    expect(told).not.toMatch(/canary|Ada's tea/);
  });
});
