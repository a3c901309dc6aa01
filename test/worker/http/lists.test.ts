import { describe, expect, it } from "vitest";
import { type Account, newAccount, newProject, type Page, type Project } from "../stage/client.ts";

const names = (page: Page<Project>) => page.data.map(({ name }) => name);

async function withProjects(count: number): Promise<Account> {
  const ada = await newAccount();
  for (let n = 1; n <= count; n += 1) await newProject(ada, `P${n}`);
  return ada;
}

describe("a list", () => {
  it("A list is paged newest first, and its pages stay stable when rows are inserted", async () => {
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

  it("A page has 50 rows by default, and a full last page has no next cursor", async () => {
    const ada = await withProjects(2);
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).pagination.limit).toBe(50);
    const full = await ada.expect<Page<Project>>(200, "/v1/projects?limit=2");
    expect(full.pagination).toEqual({ hasMore: false, nextCursor: null, limit: 2 });
    await ada.expect(200, "/v1/projects?limit=100");
  });

  it.each(["0", "101", "-1", "1.5", "ten", "", "1e1", " 5"])("A list refuses limit=%j with 400", async (limit) => {
    const ada = await newAccount();
    const problem = await ada.problem(400, `/v1/projects?limit=${encodeURIComponent(limit)}`);
    expect(problem.code).toBe("invalid_limit");
  });

  it.each(["", "x", "bm90IG91cnM", "1:prj_0", "MTpwcmpfMA==", "MTo8c2NyaXB0Pg"])(
    "A list refuses cursor=%j with 400",
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

  it("A list refuses a repeated limit or cursor", async () => {
    const ada = await withProjects(2);
    const { pagination } = await ada.expect<Page<Project>>(200, "/v1/projects?limit=1");
    const cursor = `cursor=${pagination.nextCursor}`;
    expect((await ada.problem(400, "/v1/projects?limit=1&limit=2")).code).toBe("invalid_limit");
    expect((await ada.problem(400, `/v1/projects?${cursor}&${cursor}`)).code).toBe("invalid_cursor");
    expect((await ada.problem(400, "/v1/runs/run_0/events?after=1&after=2")).code).toBe("invalid_after");
    const [project] = (await ada.expect<Page<Project>>(200, "/v1/projects")).data;
    const twice = await ada.problem(422, `/v1/projects/${project?.id}/messages?order=asc&order=desc`);
    expect(twice.detail).toBe("order is given more than once.");
  });

  it("A list refuses the cursor of another project's list, and of another order", async () => {
    const ada = await withProjects(2);
    const [one, other] = (await ada.expect<Page<Project>>(200, "/v1/projects")).data;
    for (const content of ["1", "2"]) {
      const operations = [{ op: "write", path: "a.txt", content }];
      await ada.expect(201, `/v1/projects/${one?.id}/batches`, { body: { operations } });
    }
    const revisions = `/v1/projects/${one?.id}/revisions?limit=1`;
    const { nextCursor } = (await ada.expect<Page<unknown>>(200, revisions)).pagination;
    await ada.expect(200, `${revisions}&cursor=${nextCursor}`);
    for (const path of [
      `/v1/projects/${other?.id}/revisions?cursor=${nextCursor}`,
      `/v1/projects/${one?.id}/messages?cursor=${nextCursor}`,
    ]) {
      expect((await ada.problem(400, path)).code).toBe("invalid_cursor");
    }
  });

  it("The list of agents has pages like any other", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    for (const name of ["zebra", "aardvark", "tester"]) {
      const content = `---\nname: ${name}\ndescription: Helps.\n---\nYou help.`;
      await ada.expect(200, `/v1/projects/${id}/agents/${name}`, { method: "PUT", body: { content } });
    }
    const all: string[] = [];
    for (let cursor: string | null = "", most = 30; cursor !== null && most > 0; most -= 1) {
      const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page = await ada.expect<Page<{ name: string }>>(200, `/v1/agents?projectId=${id}&limit=4${more}`);
      expect(page.data.length).toBeLessThanOrEqual(4);
      all.push(...page.data.map(({ name }) => name));
      cursor = page.pagination.nextCursor;
      if (all.length === 4) await ada.expect(204, `/v1/projects/${id}/agents/zebra`, { method: "DELETE" });
    }
    const whole = await ada.expect<Page<{ name: string }>>(200, `/v1/agents?projectId=${id}`);
    expect(all).toEqual(whole.data.map(({ name }) => name));
    expect(all).toHaveLength(21);
    expect((await ada.problem(400, "/v1/agents?limit=0")).code).toBe("invalid_limit");
    expect((await ada.problem(400, "/v1/agents?cursor=x")).code).toBe("invalid_cursor");
    const { pagination } = await ada.expect<Page<unknown>>(200, "/v1/agents?limit=1");
    await ada.problem(400, `/v1/agents?projectId=${id}&cursor=${pagination.nextCursor}`);
  });

  it("A list refuses the cursor of another list", async () => {
    const ada = await withProjects(2);
    const [project] = (await ada.expect<Page<Project>>(200, "/v1/projects")).data;
    const { pagination } = await ada.expect<Page<Project>>(200, "/v1/projects?limit=1");
    const path = `/v1/projects/${project?.id}/revisions?cursor=${pagination.nextCursor}`;
    expect((await ada.problem(400, path)).code).toBe("invalid_cursor");
  });
});
