import { beforeAll, expect, it } from "vitest";
import { type BuildSummary, type Preview, type Project, projectInput } from "../../../worker/contract/index.ts";
import { type Account, newAccount } from "../stage/client.ts";

// One account for all, since a project a template is all that they need.
let ada: Account;

beforeAll(async () => {
  ada = await newAccount();
});

const templates = projectInput.shape.template.unwrap().options.filter((name) => name !== "blank");

type Types = BuildSummary["types"];

/** Waits for the type check, which follows the build. */
async function checkedTypes(at: string, revision: number): Promise<Types> {
  const read = async () => (await ada.expect<BuildSummary>(200, `${at}/builds/${revision}`)).types;
  await expect.poll(async () => (await read()).status, { timeout: 100_000, interval: 250 }).not.toBe("pending");
  return read();
}

/** A busy machine can use up the seconds that a check has by the clock. */
const wasStopped = ({ diagnostics }: Types) => diagnostics.some(({ message }) => message.includes("was stopped after"));

it("There are more than 13 templates to check", () => {
  expect(templates.length).toBeGreaterThan(13);
});

it.each(templates)(
  "The template %s builds, and the type checker finds nothing in it",
  { timeout: 300_000 },
  async (template) => {
    const { id } = await ada.expect<Project>(201, "/v1/projects", { body: { name: template, template } });
    const at = `/v1/projects/${id}`;
    let types: Types = { status: "pending", diagnostics: [] };
    for (let revision = 1; revision === 1 || (wasStopped(types) && revision < 10); revision += 1) {
      const { build } = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
      expect(build).toEqual({ ok: true, diagnostics: [] });
      types = await checkedTypes(at, revision);
      const operations = [{ op: "write", path: "notes.md", content: `After version ${revision}\n` }];
      await ada.expect(201, `${at}/batches`, { body: { operations } });
    }
    expect(types).toEqual({ status: "checked", diagnostics: [] });
  },
);
