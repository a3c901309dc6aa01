import { SELF } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { appUrl, newAccount, newProject, nobody } from "../stage/client.ts";

const elsewhere = { Origin: "https://builder.example" };
const exposed = ["ETag", "RateLimit", "Location", "X-Request-Id", "Retry-After", "Idempotent-Replayed"];

function expectReadable(answer: Response): void {
  expect(answer.headers.get("access-control-allow-origin"), String(answer.status)).toBe("*");
  expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  const names = answer.headers.get("access-control-expose-headers")?.split(", ");
  expect(names).toEqual(expect.arrayContaining(exposed));
}

const preflight = (path: string, method: string) =>
  SELF.fetch(`${appUrl}${path}`, {
    method: "OPTIONS",
    headers: {
      ...elsewhere,
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    },
  });

describe("a page of another origin", () => {
  it("A preflight returns the path's methods and the API's headers, and never allows credentials", async () => {
    for (const [path, method] of [
      ["/v1/projects", "POST"],
      ["/v1/projects/prj_1", "DELETE"],
      ["/v1/projects/prj_1/files/src/a.ts", "GET"],
      ["/v1/projects/prj_1/agents/helper", "PUT"],
      ["/v1/openapi.json", "GET"],
    ] as const) {
      const answer = await preflight(path, method);
      expect(answer.status, path).toBe(204);
      expect(answer.headers.get("access-control-allow-methods")?.split(", "), path).toContain(method);
      expect(answer.headers.get("access-control-allow-headers")).toMatch(/authorization.*idempotency-key/i);
      expect(Number(answer.headers.get("access-control-max-age"))).toBeGreaterThan(0);
      expectReadable(answer);
    }
    expectReadable(await preflight("/v1/nothing", "GET"));
    expect((await preflight("/v1/nothing", "GET")).status).toBe(404);
  });

  it("A page of another origin can read every response to a Bearer request, errors included", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:read", "projects:write"]);
    const read = (path: string, init = {}) => program.request(path, { headers: elsewhere, ...init });
    const made = await read("/v1/projects", {
      body: { name: "Mine" },
      headers: { ...elsewhere, "Idempotency-Key": "k" },
    });
    expect(made.status).toBe(201);
    expectReadable(made);
    for (const [status, path, method] of [
      [200, "/v1/projects", "GET"],
      [404, "/v1/projects/prj_none", "GET"],
      [404, "/v1/nothing", "GET"],
      [403, "/v1/runs/run_1", "GET"],
      [405, "/v1/projects", "DELETE"],
      [422, "/v1/projects?nonsense", "GET"],
    ] as const) {
      const answer = await read(path, { method, headers: elsewhere });
      expect(answer.status, path).toBe(status);
      expectReadable(answer);
    }
    const refused = await nobody.request("/v1/projects", { headers: { ...elsewhere, Authorization: "Bearer esk_x" } });
    expect(refused.status).toBe(401);
    expectReadable(refused);
    let limited: Response | undefined;
    for (let n = 0; n < 200 && limited?.status !== 429; n += 1) {
      limited = await read("/v1/projects", { body: { name: "" } });
    }
    expect(limited?.status).toBe(429);
    if (limited) expectReadable(limited);
  });

  it("A page of another origin cannot read the response to a request with a cookie, nor any of sign-in", async () => {
    const ada = await newAccount();
    await newProject(ada);
    const byCookie = await ada.request("/v1/projects", { headers: elsewhere });
    expect(byCookie.headers.has("access-control-allow-origin")).toBe(false);
    const session = await nobody.request("/v1/auth/get-session", { headers: elsewhere });
    expect(session.headers.has("access-control-allow-origin")).toBe(false);
    expect((await preflight("/v1/auth/sign-in/email", "POST")).headers.has("access-control-allow-origin")).toBe(false);
  });
});
