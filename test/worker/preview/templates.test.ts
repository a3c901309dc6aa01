import { beforeAll, expect, it } from "vitest";
import { type BuildSummary, type Preview, type Project, projectInput } from "../../../worker/contract/index.ts";
import { type Account, newAccount } from "../stage/client.ts";

// One account for all, since a project a template is all that they need.
let ada: Account;

beforeAll(async () => {
  ada = await newAccount();
});

const templates = projectInput.shape.template.unwrap().options.filter((name) => name !== "blank");

/** Waits for the type check, which follows the build. */
async function checkedTypes(path: string): Promise<BuildSummary["types"]> {
  const read = async () => (await ada.expect<BuildSummary>(200, path)).types;
  await expect.poll(async () => (await read()).status, { timeout: 100_000, interval: 250 }).not.toBe("pending");
  return read();
}

it("There are more than 13 templates to check", () => {
  expect(templates.length).toBeGreaterThan(13);
});

it.each(templates)(
  "The template %s builds, and the type checker finds nothing in it",
  { timeout: 120_000 },
  async (template) => {
    const { id } = await ada.expect<Project>(201, "/v1/projects", { body: { name: template, template } });
    const { build } = await ada.expect<Preview>(201, `/v1/projects/${id}/preview`, { body: {} });
    expect(build).toEqual({ ok: true, diagnostics: [] });
    expect(await checkedTypes(`/v1/projects/${id}/builds/1`)).toEqual({ status: "checked", diagnostics: [] });
  },
);
