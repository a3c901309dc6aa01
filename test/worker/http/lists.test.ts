import { describe, expect, it } from "vitest";
import { type Account, newAccount, newProject, type Page, type Project } from "../stage/client.ts";

const names = (page: Page<Project>) => page.data.map(({ name }) => name);

async function withProjects(count: number): Promise<Account> {
  const ada = await newAccount();
  for (let n = 1; n <= count; n += 1) await newProject(ada, `P${n}`);
  return ada;
}

describe("a list", () => {
  it("goes page by page, newest first, and stays stable under inserts", async () => {
    const ada = await withProjects(5);
    const first = await ada.expect<Page<Project>>(200, "/v1/projects?limit=2");
    expect(names(first)).toEqual(["P5", "P4"]);
    expect(first.pagination).toMatchObject({ hasMore: true, limit: 2 });
    await newProject(ada, "P6");
    const second = await ada.expect<Page<Project>>(200, `/v1/projects?limit=2&cursor=${first.pagination.nextCursor}`);
    expect(names(second)).toEqual(["P3", "P2"]);
    const third = await ada.expect<Page<Project>>(200, `/v1/projects?limit=2&cursor=${second.pagination.nextCursor}`);
    expect(names(third)).toEqual(["P1"]);
    expect(third.pagination).toEqual({ hasMore: false, nextCursor: null, limit: 2 });
  });

  it("has 50 in a page unless told, and no next page where the last is full", async () => {
    const ada = await withProjects(2);
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).pagination.limit).toBe(50);
    const full = await ada.expect<Page<Project>>(200, "/v1/projects?limit=2");
    expect(full.pagination).toEqual({ hasMore: false, nextCursor: null, limit: 2 });
    await ada.expect(200, "/v1/projects?limit=100");
  });

  it.each(["0", "101", "-1", "1.5", "ten", "", "1e1", " 5"])("refuses limit=%j with 400", async (limit) => {
    const ada = await newAccount();
    const problem = await ada.problem(400, `/v1/projects?limit=${encodeURIComponent(limit)}`);
    expect(problem.code).toBe("invalid_limit");
  });

  it.each(["", "x", "bm90IG91cnM", "1:prj_0", "MTpwcmpfMA==", "MTo8c2NyaXB0Pg"])(
    "refuses cursor=%j with 400",
    async (cursor) => {
      const ada = await newAccount();
      const { id } = await newProject(ada);
      for (const path of [
        "/v1/projects",
        `/v1/projects/${id}/revisions`,
        `/v1/projects/${id}/messages`,
        `/v1/projects/${id}/runs`,
      ]) {
        const problem = await ada.problem(400, `${path}?cursor=${encodeURIComponent(cursor)}`);
        expect(problem.code).toBe("invalid_cursor");
      }
    },
  );

  it("refuses a cursor of another list", async () => {
    const ada = await withProjects(2);
    const [project] = (await ada.expect<Page<Project>>(200, "/v1/projects")).data;
    const { pagination } = await ada.expect<Page<Project>>(200, "/v1/projects?limit=1");
    const path = `/v1/projects/${project?.id}/revisions?cursor=${pagination.nextCursor}`;
    expect((await ada.problem(400, path)).code).toBe("invalid_cursor");
  });
});
