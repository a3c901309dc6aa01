import { describe, expect, it } from "vitest";
import type { ProjectTypes } from "../../../worker/contract/index.ts";
import { newAccount } from "../stage/client.ts";

describe("GET /types", () => {
  it("GET /types returns what the type checker reads of a revision, and leaves out declarations that are known", async () => {
    const ada = await newAccount();
    const { id } = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "Typed" } });
    const at = `/v1/projects/${id}`;
    const operations = [{ op: "create", path: "src/main.ts", content: "export const one = 1;\n" }];
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const types = await ada.expect<ProjectTypes>(200, `${at}/types/1`);
    expect(types).toMatchObject({ revision: 1, options: { strict: true } });
    expect(types.files).toEqual([{ path: "src/main.ts", content: "export const one = 1;\n" }]);
    expect(types.packages.files?.map(({ path }) => path)).toEqual(["lib.d.ts", "edgesmith-platform.d.ts"]);
    const again = await ada.expect<ProjectTypes>(200, `${at}/types/1?known=${types.packages.key}`);
    expect(again.packages.files).toBeNull();
    expect((await ada.problem(404, `${at}/types/2`)).code).toBe("not_found");
    expect((await ada.problem(422, `${at}/types/1?know=x`)).code).toBe("invalid_request");
    const other = await newAccount();
    expect((await other.problem(404, `${at}/types/1`)).code).toBe("not_found");
  });
});
