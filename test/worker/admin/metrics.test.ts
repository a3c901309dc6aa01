import { describe, expect, it } from "vitest";
import type { MetricName, MetricPoints, Overview } from "../../../worker/contract/index.ts";
import { type Account, newAccount, newAdmin, newProject, nobody, runToEnd } from "../stage/client.ts";

const sumOf = async (admin: Account, metric: MetricName, since: string): Promise<number> => {
  const { points } = await admin.expect<MetricPoints>(
    200,
    `/v1/admin/metrics?metric=${metric}&from=${encodeURIComponent(since)}&step=60`,
  );
  return points.reduce((sum, { value }) => sum + value, 0);
};

const startOfMinute = () => new Date(Date.now() - (Date.now() % 60_000)).toISOString();

describe("metrics", () => {
  it("Requests are visible at once in the metrics, and probes are not counted", async () => {
    const admin = await newAdmin();
    const ada = await newAccount();
    const since = startOfMinute();
    const before = await sumOf(admin, "requests", since);
    for (let at = 0; at < 5; at += 1) await ada.expect(200, "/v1/projects");
    await ada.problem(404, "/v1/projects/prj_0");
    await nobody.expect(200, "/v1/health");
    await nobody.expect(200, "/v1/ready");
    // Each look at the metric is a request too, counted after its response. Other tests' workers share the database.
    expect(await sumOf(admin, "requests", since)).toBeGreaterThanOrEqual(before + 6 + 1);
    const { routes } = await admin.expect<Overview>(200, "/v1/admin/overview");
    expect(routes.map(({ route }) => route)).not.toContain("GET /v1/health");
  });

  it("Latency, database time and runs are measured", async () => {
    const admin = await newAdmin();
    const ada = await newAccount();
    const since = startOfMinute();
    const runs = await sumOf(admin, "runs", since);
    const { id } = await newProject(ada);
    await runToEnd(ada, id, { prompt: '```script\n[{"text":"Hello."}]\n```' });
    // Other tests' runs, of which some fail, are counted too.
    await expect.poll(() => sumOf(admin, "runs", since)).toBeGreaterThanOrEqual(runs + 1);
    for (const metric of ["latency_p50_ms", "latency_p95_ms", "database_max_ms"] as const)
      expect(await sumOf(admin, metric, since)).toBeGreaterThan(0);
    expect(await sumOf(admin, "failed_runs", since)).toBeLessThan(await sumOf(admin, "runs", since));
    const overview = await admin.expect<Overview>(200, "/v1/admin/overview");
    expect(overview.lastHour.runs).toBeGreaterThan(0);
    expect(overview.routes.map(({ route }) => route)).toContain("POST /v1/projects/{id}/runs");
  });

  it.each([
    ["an unknown metric", "metric=nothing"],
    ["no metric", ""],
    ["an unknown parameter", "metric=requests&steps=60"],
    ["a period that ends before it begins", "metric=requests&from=2026-11-28T12:00:00Z&to=2026-11-28T11:00:00Z"],
    ["too many points", "metric=requests&from=2020-01-01T00:00:00Z"],
    ["a step that is no number", "metric=requests&step=often"],
  ])("A request for metrics with %s is refused", async (_, query) => {
    const admin = await newAdmin();
    expect((await admin.problem(422, `/v1/admin/metrics?${query}`)).code).toBe("invalid_request");
  });
});
