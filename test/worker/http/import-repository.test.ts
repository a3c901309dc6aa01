import { describe, expect, inject, it } from "vitest";
import type { FileEntry, ImportedProject, Page, Project, Ready } from "../../../worker/contract/index.ts";
import { type Account, newAccount, nobody } from "../stage/client.ts";

const { gitHost } = inject("stage");
const repository = `http://${gitHost}/acme/tea-shop`;

type Body = { url: string; ref?: string; folder?: string; name?: string };

const imported = (ada: Account, body: Body) => ada.expect<ImportedProject>(201, "/v1/projects/import/git", { body });

async function pathsOf(ada: Account, id: string): Promise<string[]> {
  const { data } = await ada.expect<{ data: FileEntry[] }>(200, `/v1/projects/${id}/files`);
  return data.map(({ path }) => path);
}

describe("POST /v1/projects/import/git", () => {
  it("POST /v1/projects/import/git makes a project of a repository's default branch, with its name", async () => {
    const ada = await newAccount();
    const answer = await ada.request("/v1/projects/import/git", { body: { url: repository } });
    expect(answer.status).toBe(201);
    const project = await answer.json<ImportedProject>();
    expect(project).toMatchObject({ name: "tea-shop", head: 1, role: "owner", skippedTotal: 0 });
    expect(answer.headers.get("location")).toBe(`/v1/projects/${project.id}`);
    expect(await pathsOf(ada, project.id)).toEqual(
      expect.arrayContaining(["README.md", "index.html", "web/index.html", "web/src/app.ts"]),
    );
  });

  it("A branch, a tag and a folder are imported by the addresses that a browser shows for them", async () => {
    const ada = await newAccount();
    const { id: tagged } = await imported(ada, { url: `${repository}/src/tag/v1`, name: "First" });
    expect(await pathsOf(ada, tagged)).toEqual(["index.html"]);
    const { id: folder, name, root } = await imported(ada, { url: `${repository}/src/branch/main/web` });
    expect([name, root]).toEqual(["tea-shop", ""]);
    expect(await pathsOf(ada, folder)).toEqual(["index.html", "src/app.ts"]);
    const { id: chosen } = await imported(ada, { url: repository, ref: "feature/prices" });
    expect(await pathsOf(ada, chosen)).toEqual(["index.html"]);
  });

  it.each([
    ["a repository that is not there", { url: `http://${gitHost}/acme/none` }, "no public repository"],
    ["a folder that is not there", { url: repository, folder: "apps/none" }, "no folder “apps/none”"],
    ["a folder outside of the repository", { url: repository, folder: "../../etc" }, "no folder"],
    ["a redirect to another host", { url: `http://${gitHost}/faults/metadata` }, "from another host"],
    ["a host that is not configured", { url: "https://169.254.169.254/a/b" }, `at ${gitHost} can be imported`],
  ])("An import is refused in words and makes no project: %s", async (_, body, words) => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects/import/git", { body });
    expect(problem.code).toBe("import_refused");
    expect(problem.detail).toContain(words);
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });

  it("A fetched archive that is invalid, or without end, is refused like an uploaded one", async () => {
    const ada = await newAccount();
    const of = (fault: string) => ({ body: { url: `http://${gitHost}/faults/${fault}` } });
    expect((await ada.problem(422, "/v1/projects/import/git", of("not-gzip"))).code).toBe("invalid_archive");
    expect((await ada.problem(413, "/v1/projects/import/git", of("endless"))).code).toBe("payload_too_large");
    expect((await ada.problem(503, "/v1/projects/import/git", of("down"))).code).toBe("dependency_down");
  });

  it("GET /v1/ready names the hosts that are configured", async () => {
    expect((await nobody.expect<Ready>(200, "/v1/ready")).imports).toEqual({ hosts: [gitHost] });
  });
});
