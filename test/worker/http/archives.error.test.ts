import { describe, expect, it } from "vitest";
import type { Project } from "../../../worker/contract/index.ts";
import { makeZip, type ZipEntry } from "../../properties/zip-maker.ts";
import { type Account, newAccount, newProject, type Page, type Problem } from "../stage/client.ts";

const zip = { "Content-Type": "application/zip" };
const send = (ada: Account, status: number, body: Uint8Array, query = ""): Promise<Problem> =>
  ada.problem(status, `/v1/projects/import${query}`, { body: new Uint8Array(body), headers: zip });

/**
 * Sends an import that is refused, and checks that no project was created.
 * @returns the problem
 */
async function refusal(entries: ZipEntry[] | Uint8Array, status = 422): Promise<Problem> {
  const ada = await newAccount();
  const problem = await send(ada, status, entries instanceof Uint8Array ? entries : makeZip(entries));
  expect((await ada.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  return problem;
}

describe("a refused import", () => {
  it("POST /projects/import returns 415 for a body of another media type", async () => {
    const ada = await newAccount();
    const body = new Uint8Array(makeZip([{ name: "a", content: "a" }]));
    for (const type of ["application/json", "application/zipped", "application/octet-stream", "text/plain"]) {
      const problem = await ada.problem(415, "/v1/projects/import", { body, headers: { "Content-Type": type } });
      expect(problem.code).toBe("unsupported_media_type");
    }
  });

  it("POST /projects/import returns 413 for an archive over 20 MB", async () => {
    const problem = await refusal(new Uint8Array(20 * 1024 * 1024 + 1), 413);
    expect(problem).toMatchObject({ code: "payload_too_large", limit: 20 * 1024 * 1024 });
  });

  it("POST /projects/import returns 413 for more files than the plan allows", async () => {
    const entries = Array.from({ length: 1_001 }, (_, at) => ({ name: String(at) }));
    expect(await refusal(entries, 413)).toMatchObject({ code: "project_too_large", maxFiles: 1_000 });
  });

  it.each<[string, string, ZipEntry]>([
    ["invalid_path", "../../etc/passwd", { name: "../../etc/passwd", content: "x" }],
    ["invalid_path", "/etc/passwd", { name: "/etc/passwd", content: "x" }],
    ["invalid_path", "node_modules/../../x", { name: "node_modules/../../x", content: "x" }],
    ["invalid_archive", "secret", { name: "secret", content: "x", flags: 0x0801 }],
    ["invalid_archive", "sum", { name: "sum", content: "x", checksum: 1 }],
    ["invalid_archive", "liar", { name: "liar", content: "x".repeat(9_000_000), method: "deflate", declaredBytes: 5 }],
    ["invalid_archive", "good", { name: "good", content: "twice" }],
  ])("POST /projects/import returns 422 %s with the name of the entry %s", async (code, name, entry) => {
    const problem = await refusal([{ name: "good", content: "good" }, entry]);
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(name);
  });

  it("POST /projects/import returns 409 for two files that differ by case alone, or a file at another's folder", async () => {
    const clash = (other: string) => refusal([{ name: "src/a" }, { name: other }], 409);
    expect(await clash("SRC/A")).toMatchObject({
      code: "path_conflict",
      detail:
        "SRC/A and src/a differ only in case, so Windows and macOS would keep only one of them. Rename or remove one.",
    });
    expect(await clash("src")).toMatchObject({
      code: "path_conflict",
      path: "src",
      other: "src/a",
      detail: "src is a file, and src/a is in a folder of that name. Rename or remove one.",
    });
  });

  it("POST /projects/import returns 422 for a body that is not an archive", async () => {
    for (const bytes of [
      new Uint8Array(),
      new TextEncoder().encode("PK, but no zip"),
      makeZip([{ name: "a" }]).slice(0, -4),
    ]) {
      const problem = await refusal(bytes);
      expect(problem.code).toBe("invalid_archive");
      expect(problem.detail).not.toMatch(/worker\/|node_modules|\bat /);
    }
  });

  it("POST /projects/import returns 422 for an invalid project name", async () => {
    const ada = await newAccount();
    for (const name of ["", "%20", "x".repeat(101), "a%00b"]) {
      expect((await send(ada, 422, makeZip([]), `?name=${name}`)).code).toBe("invalid_request");
    }
  });

  it("POST to an archive returns 405 with GET in Allow", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const answer = await ada.request(`/v1/projects/${id}/archive.zip`, { method: "POST" });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toContain("GET");
    await answer.text();
  });
});

it("GET of an archive returns 404 for a revision that does not exist", async () => {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  for (const revision of ["1", "999999999999"]) {
    await ada.problem(404, `/v1/projects/${id}/archive.zip?revision=${revision}`);
  }
});
