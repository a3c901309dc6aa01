import { describe, expect, it } from "vitest";
import type { SearchResult } from "../../../worker/contract/index.ts";
import { newAccount, newProject } from "../stage/client.ts";

async function aProject() {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada)).id}`;
  const operations = [
    { op: "write", path: "a.ts", content: "const Bee = 1;\r\nconst wasp = 2;\n" },
    { op: "write", path: "b.ts", content: "export const bee = 3;\n" },
    { op: "write", path: "c.bin", content: Buffer.from("bee").toString("base64"), encoding: "base64" },
  ];
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  return { ada, at };
}

describe("searching a project", () => {
  it("GET /search finds the lines of text files that contain a text, in any case", async () => {
    const { ada, at } = await aProject();
    expect(await ada.expect<SearchResult>(200, `${at}/search?q=bee`)).toEqual({
      revision: 1,
      data: [
        { path: "a.ts", line: 1, text: "const Bee = 1;" },
        { path: "b.ts", line: 1, text: "export const bee = 3;" },
      ],
      truncated: false,
    });
  });

  it("GET /search matches a regular expression with case, and refuses an unsupported one", async () => {
    const { ada, at } = await aProject();
    const { data } = await ada.expect<SearchResult>(
      200,
      `${at}/search?q=${encodeURIComponent("^const [a-z]+ ")}&regex=true`,
    );
    expect(data).toEqual([{ path: "a.ts", line: 2, text: "const wasp = 2;" }]);
    const problem = await ada.problem(422, `${at}/search?q=${encodeURIComponent("(a)\\1")}&regex=true`);
    expect(problem.errors).toMatchObject([{ pointer: "?q" }]);
  });

  it("GET /search says that there may be more, and answers a costly expression in bounded time", async () => {
    const { ada, at } = await aProject();
    const content = "bee\n".repeat(1_000);
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "write", path: "d.ts", content }] } });
    const many = await ada.expect<SearchResult>(200, `${at}/search?q=bee`);
    expect(many.data).toHaveLength(200);
    expect(many.truncated).toBe(true);
    const started = Date.now();
    await ada.expect(200, `${at}/search?q=${encodeURIComponent("(b*)*(e*)*c")}&regex=true`);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it("GET /search needs a text, and another account's project is a 404", async () => {
    const { ada, at } = await aProject();
    await ada.problem(422, `${at}/search`);
    await ada.problem(422, `${at}/search?q=`);
    await (await newAccount()).problem(404, `${at}/search?q=bee`);
  });
});
