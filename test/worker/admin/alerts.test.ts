import { createExecutionContext, env } from "cloudflare:test";
import { describe, expect, inject, it } from "vitest";
import type { Alert, AlertEvent, NewWebhook, Page } from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { newAccount, newAdmin } from "../stage/client.ts";

const cronNow = (now: number) => runCron(env as unknown as Env, createExecutionContext(), now);

const rule = {
  metric: "requests",
  aggregation: "sum",
  windowSeconds: 60,
  threshold: 1_000_000,
  forSeconds: 0,
  cooldownSeconds: 900,
  severity: "ticket",
} as const;

const newName = () => `test_${crypto.randomUUID().replaceAll("-", "_")}`;

describe("alert rules", () => {
  it("The default rules have exactly the thresholds and windows of the contract", async () => {
    const admin = await newAdmin();
    const { data } = await admin.expect<Page<Alert>>(200, "/v1/admin/alerts?limit=100");
    const found = (name: string) => data.find((one) => one.name === name);
    expect(found("api_error_rate")).toMatchObject({
      ...{ metric: "error_rate", windowSeconds: 300, threshold: 0.01, forSeconds: 0, cooldownSeconds: 900 },
      minSamples: 20,
    });
    expect(found("model_spend_daily")).toMatchObject({
      ...{ metric: "model_micro_usd", windowSeconds: 86_400, threshold: 100_000_000, cooldownSeconds: 900 },
    });
    expect(found("database_slow_query")).toMatchObject({
      ...{ metric: "database_max_ms", windowSeconds: 60, threshold: 1_000, cooldownSeconds: 900 },
    });
    expect(found("memory")).toMatchObject({
      ...{ metric: "held_bytes_share", windowSeconds: 60, threshold: 0.8, forSeconds: 60, cooldownSeconds: 900 },
    });
  });

  it("A rule is created, replaced by the fields that were read, and deleted", async () => {
    const admin = await newAdmin();
    const path = `/v1/admin/alerts/${newName()}`;
    const created = await admin.expect<Alert>(200, path, { method: "PUT", body: rule });
    expect(created).toMatchObject({ ...rule, state: "ok", since: expect.any(String) });
    const { state: _, since: __, ...fields } = created;
    const replaced = await admin.expect<Alert>(200, path, { method: "PUT", body: { ...fields, threshold: 5_000_000 } });
    expect(replaced).toMatchObject({ ...rule, threshold: 5_000_000 });
    expect(await admin.expect<Alert>(200, path)).toEqual(replaced);
    await admin.expect(204, path, { method: "DELETE" });
    await admin.problem(404, path);
    await admin.problem(404, path, { method: "DELETE" });
  });

  it.each([
    ["the state", { ...rule, state: "ok" }],
    ["an unknown metric", { ...rule, metric: "weather" }],
    ["a window beyond a day", { ...rule, windowSeconds: 86_401 }],
    ["another name", { ...rule, name: "another" }],
    ["no threshold", { ...rule, threshold: undefined }],
  ])("A rule with %s is refused", async (_, body) => {
    const admin = await newAdmin();
    await admin.problem(422, `/v1/admin/alerts/${newName()}`, { method: "PUT", body });
  });

  it("An alert that fires is delivered to its owner's webhooks, is in the history, and reaches nobody else", async () => {
    const [admin, ada] = [await newAdmin(), await newAccount()];
    const name = newName();
    const url = `${inject("receiverUrl")}/200/${name}`;
    const events = ["alert.fired", "alert.resolved"];
    const webhook = await admin.expect<NewWebhook>(201, "/v1/webhooks", { body: { url, events } });
    const other = `${url}-ada`;
    await ada.expect<NewWebhook>(201, "/v1/webhooks", { body: { url: other, events } });
    await admin.expect(200, `/v1/admin/alerts/${name}`, { method: "PUT", body: { ...rule, threshold: 0 } });
    // Within the minute, whose counts are stored before the evaluation.
    await cronNow(Date.now());
    await cronNow(Date.now());
    const received = async (at: string): Promise<{ body: string }[]> => (await fetch(at)).json();
    const ofThis = async () => (await received(url)).filter(({ body }) => JSON.parse(body).data.name === name);
    await expect.poll(ofThis, { timeout: 10_000 }).toHaveLength(1);
    expect(JSON.parse((await ofThis())[0]?.body ?? "")).toMatchObject({
      type: "alert.fired",
      data: { name, metric: "requests", threshold: 0, value: expect.any(Number) },
    });
    expect(await received(other)).toEqual([]);
    const { data } = await admin.expect<Page<AlertEvent>>(200, "/v1/admin/alert-events?limit=100");
    expect(data.filter((one) => one.name === name)).toMatchObject([{ kind: "fired" }]);
    expect(await admin.expect<Alert>(200, `/v1/admin/alerts/${name}`)).toMatchObject({ state: "firing" });
    await admin.expect(204, `/v1/admin/alerts/${name}`, { method: "DELETE" });
    await admin.expect(204, `/v1/webhooks/${webhook.id}`, { method: "DELETE" });
  });
});
