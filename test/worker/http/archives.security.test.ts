import { expect, it } from "vitest";
import type { Project } from "../../../worker/contract/index.ts";
import { makeZip } from "../../properties/zip-maker.ts";
import { newAccount, newProject, nobody, type Page, withCookie } from "../stage/client.ts";

const upload = {
  body: new Uint8Array(makeZip([{ name: "a.txt", content: "a" }])),
  headers: { "Content-Type": "application/zip" },
};

it("Another account gets 404 for archives, diffs and forks of a project, even with its ETag", async () => {
  const [ada, eve] = [await newAccount(), await newAccount()];
  const { id } = await newProject(ada);
  await ada.expect(201, `/v1/projects/${id}/batches`, {
    body: { operations: [{ op: "create", path: "a", content: "" }] },
  });
  const answer = await ada.request(`/v1/projects/${id}/archive.zip`);
  await answer.bytes();
  const etag = answer.headers.get("etag") ?? "";
  for (const headers of [{}, { "If-None-Match": etag }, { "If-None-Match": "*" }]) {
    expect((await eve.problem(404, `/v1/projects/${id}/archive.zip`, { headers })).code).toBe("not_found");
  }
  await eve.problem(404, `/v1/projects/${id}/diff?from=0&to=1`);
  await eve.problem(404, `/v1/projects/${id}/fork`, { body: {} });
  expect((await eve.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
});

it("A request without a credential can neither export nor import an archive", async () => {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  await nobody.problem(401, `/v1/projects/${id}/archive.zip`);
  await nobody.problem(401, "/v1/projects/import", upload);
  await nobody.problem(401, `/v1/projects/${id}/fork`, { body: {} });
});

it("A token needs projects:read to export an archive and projects:write to import one", async () => {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  const [reader, writer] = [await ada.token(["projects:read"]), await ada.token(["projects:write"])];
  const archive = await reader.request(`/v1/projects/${id}/archive.zip`);
  expect(archive.status).toBe(200);
  await archive.bytes();
  expect((await writer.problem(403, `/v1/projects/${id}/archive.zip`)).code).toBe("insufficient_scope");
  await writer.expect(201, "/v1/projects/import", upload);
  await writer.expect(201, `/v1/projects/${id}/fork`, { body: {} });
  expect((await reader.problem(403, "/v1/projects/import", upload)).code).toBe("insufficient_scope");
  await reader.problem(403, `/v1/projects/${id}/fork`, { body: {} });
});

it("An import by cookie from a page of another site is refused", async () => {
  const ada = await newAccount();
  const headers = { ...upload.headers, Origin: "https://evil.example" };
  const problem = await withCookie(ada.cookie).problem(403, "/v1/projects/import", { ...upload, headers });
  expect(problem.code).toBe("bad_origin");
});
