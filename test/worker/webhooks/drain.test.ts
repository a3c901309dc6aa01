import { Webhook } from "standardwebhooks";
import { describe, expect, it, vi } from "vitest";
import { newSigningSecret } from "../../../worker/crypto/encrypt.ts";
import { AppError } from "../../../worker/errors.ts";
import { type DrainPorts, type DueDelivery, drain } from "../../../worker/webhooks/drain.ts";
import type { AttemptOutcome } from "../../../worker/webhooks/retry-schedule.ts";

const secret = newSigningSecret();

const dueOf = (id: string, about: Partial<DueDelivery> = {}): DueDelivery => ({
  id,
  attempts: 1,
  webhookId: "whk_1",
  ownerId: "usr_1",
  isProbe: false,
  url: "https://example.com/hook",
  sealedSecrets: ["-"],
  event: { id: `evt_${id}`, type: "run.completed", at: new Date("2026-11-23T12:00:00.000Z"), data: { runId: "run_1" } },
  ...about,
});

type Sent = { url: string; init: RequestInit };

/** Creates the ports of a drain over plain arrays: due deliveries, sent requests, outcomes. */
function worldOf(due: DueDelivery[], answer: (sent: Sent) => Promise<Response> | Response, stepMs = 0) {
  const waiting = [...due];
  const sent: Sent[] = [];
  const settled: [id: string, verdict: AttemptOutcome][] = [];
  let now = Date.parse("2026-11-23T12:00:05.000Z");
  const outside: DrainPorts = {
    claim: async ({ count, probes }) => {
      const probing = waiting.filter(({ isProbe }) => isProbe).slice(probes);
      const taken = waiting.filter((due) => !probing.includes(due)).slice(0, count);
      for (const due of taken) waiting.splice(waiting.indexOf(due), 1);
      return taken;
    },
    settle: async ({ id }, verdict) => void settled.push([id, verdict]),
    secretsOf: async () => [secret],
    check: () => undefined,
    post: async ({ url }, init) => {
      now += stepMs;
      sent.push({ url, init });
      return answer({ url, init });
    },
    now: () => now,
  };
  return { outside, sent, settled, waiting };
}

const answering = (status: number) => () => new Response(null, { status });

describe("an attempt", () => {
  it("An attempt is signed by Standard Webhooks, over a body with type, timestamp and data", async () => {
    const { outside, sent } = worldOf([dueOf("dlv_1")], answering(204));
    outside.now = () => Date.now();
    await drain(outside, 1_000);
    const { init } = sent[0] ?? expect.fail("nothing was sent");
    const headers = Object.fromEntries(new Headers(init.headers));
    const verified = new Webhook(secret).verify(String(init.body), headers);
    expect(verified).toEqual({
      type: "run.completed",
      timestamp: "2026-11-23T12:00:00.000Z",
      data: { runId: "run_1" },
    });
    expect(headers["webhook-id"]).toBe("evt_dlv_1");
    expect(init.redirect).toBe("manual");
  });

  it("An attempt during a rotation is signed with both secrets, and either verifies it", async () => {
    const [fresh, old] = [newSigningSecret(), newSigningSecret()];
    const { outside, sent } = worldOf([dueOf("dlv_1")], answering(204));
    outside.now = () => Date.now();
    outside.secretsOf = async () => [fresh, old];
    await drain(outside, 1_000);
    const { init } = sent[0] ?? expect.fail("nothing was sent");
    const headers = Object.fromEntries(new Headers(init.headers));
    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    for (const one of [fresh, old]) {
      expect(new Webhook(one).verify(String(init.body), headers)).toMatchObject({ type: "run.completed" });
    }
    expect(() => new Webhook(newSigningSecret()).verify(String(init.body), headers)).toThrow();
  });

  it("All attempts of a delivery have the same id and the same bytes", async () => {
    const worlds = [1, 2].map((attempts) => worldOf([dueOf("dlv_1", { attempts })], answering(500)));
    for (const [index, { outside }] of worlds.entries()) {
      outside.now = () => Date.parse("2026-11-23T12:00:00.000Z") + index * 5_000;
      await drain(outside, 1_000);
    }
    const [first, second] = worlds.map(({ sent }) => ({
      body: sent[0]?.init.body,
      headers: new Headers(sent[0]?.init.headers),
    }));
    expect(first?.body).toBe(second?.body);
    expect(first?.headers.get("webhook-id")).toBe(second?.headers.get("webhook-id"));
    expect(first?.headers.get("webhook-timestamp")).not.toBe(second?.headers.get("webhook-timestamp"));
  });

  it.each([200, 201, 204, 299])("An attempt succeeds with status %i", async (status) => {
    const { outside, settled } = worldOf([dueOf("dlv_1")], () =>
      status === 204 ? new Response(null, { status }) : new Response("ok", { status }),
    );
    expect(await drain(outside, 1_000)).toMatchObject({ attempted: 1, succeeded: 1, soonestRetry: null });
    expect(settled).toEqual([["dlv_1", { kind: "succeeded", responseStatus: status }]]);
  });

  it.each([301, 302, 307, 400, 404, 429, 500, 503])("An attempt is retried after status %i", async (status) => {
    const { outside, settled } = worldOf([dueOf("dlv_1")], answering(status));
    await drain(outside, 1_000);
    expect(settled).toMatchObject([["dlv_1", { kind: "retry", responseStatus: status, delaySeconds: 5 }]]);
  });

  it("A delivery waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h between its eight attempts, and then fails", async () => {
    const attempts = Array.from({ length: 8 }, (_, index) => dueOf(`dlv_${index + 1}`, { attempts: index + 1 }));
    const { outside, settled } = worldOf(attempts, answering(500));
    await drain(outside, 1_000);
    const delays = settled
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([, verdict]) => (verdict.kind === "retry" ? verdict.delaySeconds : verdict.kind));
    expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000, "failed"]);
  });

  it("A delivery fails at once with status 410", async () => {
    const { outside, settled } = worldOf([dueOf("dlv_1")], answering(410));
    await drain(outside, 1_000);
    expect(settled).toMatchObject([["dlv_1", { kind: "failed", responseStatus: 410, gone: true }]]);
  });

  it("An attempt's error distinguishes a timeout from an unreachable address, and hides the network's message", async () => {
    const due = [
      dueOf("dlv_late", { url: "https://late.example" }),
      dueOf("dlv_lost", { url: "https://lost.example" }),
    ];
    const { outside, settled } = worldOf(due, async ({ url }) => {
      if (url.includes("late")) throw new DOMException("The operation timed out.", "TimeoutError");
      throw new TypeError("connect ECONNREFUSED 10.0.0.7:5432");
    });
    await drain(outside, 1_000);
    expect(Object.fromEntries(settled)).toMatchObject({
      dlv_late: { kind: "retry", responseStatus: null, error: "No response within 15 s.", timedOut: true },
      dlv_lost: { kind: "retry", responseStatus: null, error: "Couldn't reach the URL.", timedOut: false },
    });
  });

  it("A URL that has since been blocked gets no attempt", async () => {
    const { outside, sent, settled } = worldOf([dueOf("dlv_1")], answering(200));
    outside.check = () => {
      throw new AppError("invalid_url", "The URL must not point to this machine.");
    };
    await drain(outside, 1_000);
    expect(sent).toEqual([]);
    expect(settled).toMatchObject([["dlv_1", { kind: "retry", error: "The URL must not point to this machine." }]]);
  });

  it("An attempt ignores the response's body", async () => {
    let isCancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_024)),
      cancel: () => {
        isCancelled = true;
      },
    });
    const { outside, settled } = worldOf([dueOf("dlv_1")], () => new Response(endless, { status: 200 }));
    await drain(outside, 1_000);
    expect(isCancelled).toBe(true);
    expect(settled).toMatchObject([["dlv_1", { kind: "succeeded" }]]);
  });
});

describe("a drain", () => {
  it("A drain sends all due deliveries, five at a time", async () => {
    let [underWay, most] = [0, 0];
    const due = Array.from({ length: 47 }, (_, index) => dueOf(`dlv_${index}`));
    const { outside, settled } = worldOf(due, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay -= 1;
      return new Response(null, { status: 200 });
    });
    expect(await drain(outside, 10_000)).toMatchObject({ attempted: 47, succeeded: 47 });
    expect(settled).toHaveLength(47);
    expect(most).toBe(5);
  });

  it("A drain continues past a hanging receiver", async () => {
    const hanging = dueOf("dlv_hanging", { url: "https://hangs.example" });
    const due = [hanging, ...Array.from({ length: 40 }, (_, index) => dueOf(`dlv_${index}`))];
    let release = () => {};
    const world = worldOf(due, ({ url }) =>
      url.includes("hangs") ? new Promise((resolve) => (release = () => resolve(new Response()))) : new Response(),
    );
    const drained = drain(world.outside, 60_000);
    await vi.waitFor(() => expect(world.settled).toHaveLength(40));
    release();
    expect(await drained).toMatchObject({ attempted: 41 });
  });

  it("A drain sends deliveries that become due while a receiver hangs", async () => {
    let release = () => {};
    const world = worldOf([dueOf("dlv_hanging", { url: "https://hangs.example" })], ({ url }) =>
      url.includes("hangs") ? new Promise((resolve) => (release = () => resolve(new Response()))) : new Response(),
    );
    const drained = drain(world.outside, 60_000);
    await vi.waitFor(() => expect(world.sent).toHaveLength(1));
    world.waiting.push(dueOf("dlv_later"));
    await vi.waitFor(() => expect(world.settled).toMatchObject([["dlv_later", { kind: "succeeded" }]]), 3_000);
    release();
    expect(await drained).toMatchObject({ attempted: 2 });
  });

  it("A drain fails with the database's error and does not hang", async () => {
    const { outside } = worldOf([], answering(200));
    outside.claim = () => Promise.reject(new AppError("dependency_down", "The database does not answer."));
    await expect(drain(outside, 1_000)).rejects.toMatchObject({ code: "dependency_down" });
  });

  it("A drain leases nothing after its time budget", async () => {
    const due = Array.from({ length: 60 }, (_, index) => dueOf(`dlv_${index}`));
    const { outside, waiting } = worldOf(due, answering(200), 1_000);
    // Ten take a second each, and four more were open by then.
    expect(await drain(outside, 10_000)).toMatchObject({ attempted: 14, hasMore: true });
    expect(waiting).toHaveLength(46);
  });

  it("A drain leases no more than it can send at once", async () => {
    const due = Array.from({ length: 9 }, (_, index) => dueOf(`dlv_${index}`));
    const releases: (() => void)[] = [];
    const world = worldOf(due, () => new Promise((resolve) => releases.push(() => resolve(new Response()))));
    const drained = drain(world.outside, 60_000);
    await vi.waitFor(() => expect(world.sent).toHaveLength(5));
    expect(world.waiting).toHaveLength(4);
    await vi.waitFor(() => {
      for (const release of releases.splice(0)) release();
      expect(world.settled).toHaveLength(9);
    });
    expect(await drained).toMatchObject({ attempted: 9, hasMore: false });
  });

  it("A drain has one slot for probes, however many are due", async () => {
    const probes = Array.from({ length: 6 }, (_, index) =>
      dueOf(`dlv_probe_${index}`, { isProbe: true, url: "https://hangs.example" }),
    );
    const due = [...probes, ...Array.from({ length: 8 }, (_, index) => dueOf(`dlv_${index}`))];
    let release = () => {};
    const world = worldOf(due, ({ url }) =>
      url.includes("hangs") && release.length === 0 && world.sent.length <= 9
        ? new Promise((resolve) => (release = () => resolve(new Response())))
        : new Response(),
    );
    const drained = drain(world.outside, 60_000);
    await vi.waitFor(() => expect(world.settled).toHaveLength(8));
    expect(world.waiting).toHaveLength(5);
    release();
    expect(await drained).toMatchObject({ attempted: 14 });
  });

  it("A drain returns the time until the soonest retry", async () => {
    const due = [dueOf("dlv_1", { attempts: 4 }), dueOf("dlv_2", { attempts: 2 })];
    const { outside } = worldOf(due, answering(500));
    expect(await drain(outside, 1_000)).toMatchObject({ attempted: 2, succeeded: 0, soonestRetry: 300 });
  });
});
