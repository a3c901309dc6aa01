import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { configOf } from "../../../worker/config/index.ts";
import type { Preview } from "../../../worker/contract/index.ts";
import { isAppError } from "../../../worker/errors.ts";
import { admit, capabilityFor, enter, enterWithoutCookie, readTree } from "../../../worker/preview/index.ts";
import { makeZip } from "../../properties/zip-maker.ts";
import { database } from "../database/direct.ts";
import { newAccount, newProject } from "../stage/client.ts";

const config = configOf(env);
const ground = { config, database };
const visitor = "192.0.2.1 Chromium";

async function aPreview() {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  const at = `/v1/projects/${id}`;
  await ada.expect(201, `${at}/batches`, {
    body: { operations: [{ op: "create", path: "index.html", content: "<h1>One</h1>" }] },
  });
  const { url } = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
  const address = new URL(url);
  return { ada, id, host: address.host, link: address.searchParams.get("token") ?? "" };
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "let through",
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );

describe("the preview Worker's access", () => {
  it("a capability grants the files of one project at one revision", async () => {
    const { id } = await aPreview();
    const tree = await readTree(ground, await capabilityFor(config, id, 1));
    expect(tree).toEqual({
      projectId: id,
      revision: 1,
      files: [{ path: "index.html", encoding: "utf-8", content: "<h1>One</h1>" }],
    });
    expect((await readTree(ground, await capabilityFor(config, id, 0))).files).toEqual([]);
  });

  it("a capability grants the list of files that the import left out", async () => {
    const ada = await newAccount();
    const body = new Uint8Array(makeZip([{ name: "index.html" }, { name: "dist.json", content: "x".repeat(60_000) }]));
    const headers = { "Content-Type": "application/zip" };
    const { id } = await ada.expect<{ id: string }>(201, "/v1/projects/import", { body, headers });
    const { files, skipped } = await readTree(ground, await capabilityFor(config, id, 1));
    expect(files.map(({ path }) => path)).toEqual(["index.html"]);
    expect(skipped).toEqual([{ path: "dist.json", bytes: 60_000, reason: "file_too_large" }]);
  });

  it("a link or a cookie grants no files", async () => {
    const { host, link } = await aPreview();
    const visit = await enter(ground, host, link);
    for (const text of [link, visit?.cookie ?? "", "nonsense"]) {
      expect(await refusal(readTree(ground, text))).toBe("capability_refused");
    }
  });

  it("a deleted project grants neither its files nor its link", async () => {
    const { ada, id, host, link } = await aPreview();
    await ada.expect(204, `/v1/projects/${id}`, { method: "DELETE" });
    expect(await enter(ground, host, link)).toBeNull();
    expect(await refusal(readTree(ground, await capabilityFor(config, id, 1)))).toBe("capability_refused");
  });

  it("a link opens its own host and no other", async () => {
    const { id, host, link } = await aPreview();
    const other = await aPreview();
    expect(await enter(ground, other.host, link)).toBeNull();
    expect(await enter(ground, "localhost:8788", link)).toBeNull();
    expect(await enter(ground, host, link)).toMatchObject({ projectId: id, revision: 1 });
  });

  it("A visit continues by its cookie on its own host, and a link's token is not accepted as a cookie", async () => {
    const { id, host, link } = await aPreview();
    const other = await aPreview();
    const cookie = (await enter(ground, host, link))?.cookie ?? "";
    const admitted = await admit(ground, host, cookie, visitor);
    expect(admitted).toMatchObject({ projectId: id, revision: 1 });
    expect((await readTree(ground, admitted?.capability ?? "")).projectId).toBe(id);
    expect(await admit(ground, other.host, cookie, visitor)).toBeNull();
    expect(await admit(ground, host, link, visitor)).toBeNull();
    expect(await enter(ground, host, cookie)).toBeNull();
  });

  it("a visit continues while AUTH_SECRET is rotated, by its cookie and by its host's name", async () => {
    const { id, host, link } = await aPreview();
    const entered = await enter(ground, host, link);
    const named = (await enterWithoutCookie(ground, host, entered?.handover ?? "", visitor)) ?? "";
    const authSecret = "another-secret-of-more-than-thirty-two-characters";
    const rotating = { database, config: { ...config, authSecret, authSecretPrevious: config.authSecret } };
    expect(await admit(rotating, host, entered?.cookie ?? "", visitor)).toMatchObject({ projectId: id });
    expect(await admit(rotating, named, null, visitor)).toMatchObject({ projectId: id, revision: 1 });
    expect(await admit(rotating, named, null, "192.0.2.2 Chromium")).toBeNull();
    const rotated = { database, config: { ...config, authSecret } };
    expect(await admit(rotated, host, entered?.cookie ?? "", visitor)).toBeNull();
    expect(await admit(rotated, named, null, visitor)).toBeNull();
  });
});
