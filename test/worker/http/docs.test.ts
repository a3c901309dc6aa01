import { describe, expect, it } from "vitest";
import { nobody } from "../stage/client.ts";
import { routes } from "./requests.ts";

describe("GET /v1/docs", () => {
  it("GET /v1/docs returns a page with every route and without scripts", async () => {
    const answer = await nobody.request("/v1/docs");
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).not.toContain("<script");
    for (const { path } of routes) expect(page).toContain(path.replace("{path{.+}}", "{path}"));
  });
});
