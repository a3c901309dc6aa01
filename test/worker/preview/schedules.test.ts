import { describe, expect, it } from "vitest";
import type { Page, ScheduledCall, ScheduleRunResult } from "../../../worker/contract/index.ts";
import { newAccount, newProject } from "../stage/client.ts";

const files = {
  "src/server.ts": "export default { async scheduled() {}, fetch: () => new Response('ok') };",
  "edgesmith.json": JSON.stringify({ crons: ["0 9 * * *"] }),
};

async function withCron() {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  const at = `/v1/projects/${id}`;
  const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  await ada.expect(200, `${at}/publish`, { body: {} });
  const list = async () => (await ada.expect<Page<ScheduledCall>>(200, `${at}/schedules?target=public`)).data;
  return { ada, at, id, list };
}

describe("POST /schedules/{scheduleId}/run", () => {
  it("POST /schedules/{scheduleId}/run runs a cron of the published app, keeps its due time and is audited", async () => {
    const { ada, at, id, list } = await withCron();
    const [before] = await list();
    const path = `${at}/schedules/${before?.id}/run`;
    const run = await ada.expect<ScheduleRunResult>(200, path, { body: { target: "public" } });
    expect(run).toEqual({ startedAt: expect.any(String), outcome: "ok", ms: expect.any(Number), error: null });
    expect(await list()).toEqual([{ ...before, lastAt: run.startedAt, lastOutcome: "ok", lastByHand: true }]);
    const { data } = await ada.expect<Page<{ action: string; subject: string }>>(200, "/v1/audit");
    expect(data).toContainEqual(expect.objectContaining({ action: "schedule.run", subject: `${id}/${before?.id}` }));
  });

  it("POST /schedules/{scheduleId}/run is 404 for another app's and another account's, and 409 after the app is unpublished", async () => {
    const { ada, at, list } = await withCron();
    const path = `${at}/schedules/${(await list())[0]?.id}/run`;
    await ada.problem(404, path, { body: { target: "preview" } });
    await ada.problem(404, `${at}/schedules/sch_x/run`, { body: { target: "public" } });
    await (await newAccount()).problem(404, path, { body: { target: "public" } });
    await ada.expect(204, `${at}/publish`, { method: "DELETE" });
    expect(await ada.problem(409, path, { body: { target: "public" } })).toMatchObject({
      code: "conflict",
      detail: "The app isn't running. Publish the app first.",
    });
  });
});
