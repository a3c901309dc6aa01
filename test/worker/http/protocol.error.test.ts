import { describe, expect, it } from "vitest";
import { newAccount, newAdmin, newProject, nobody } from "../stage/client.ts";
import { absent, type KnownRoute, requestOf, routes } from "./requests.ts";

const titled = (some: KnownRoute[]) => some.map((route) => [`${route.method} ${route.path}`, route] as const);
/** Signed routes parse the body after the verification: see test/worker/webhooks. */
const takesJson = routes.filter((route) => {
  const { body, type } = requestOf(route);
  return body !== undefined && type === undefined && route.access !== "signed";
});

describe("a path", () => {
  it.each(["/", "/v1", "/v1/nothing", "/v2/projects", "/v1/projects/x/y/z", "/v1/../v1/nothing", "/v1/%00"])(
    "A path without a route is a 404 problem: %s",
    async (path) => {
      const problem = await nobody.problem(404, path);
      expect(problem).toMatchObject({
        type: expect.stringMatching(/\/not_found$/),
        title: expect.any(String),
        status: 404,
        code: "not_found",
        requestId: expect.any(String),
      });
    },
  );

  it.each(["%", "%f", "%zz", "%ff", "%ED%A0%80", "%C0%AF"])(
    "A URL that is not percent-encoded UTF-8 is a 400 problem, in its path and in its query: %s",
    async (broken) => {
      const ada = await newAccount();
      for (const path of [`/v1/projects/${broken}`, `/v1/projects?q=${broken}`, `/v1/projects?${broken}=1`])
        expect(await ada.problem(400, path)).toMatchObject({ code: "malformed_request" });
      await ada.expect(200, "/v1/projects?q=%C3%A9+%25");
    },
  );

  it("A path with another method is a 405 with its Allow header", async () => {
    for (const [path, method, allow] of [
      ["/v1/projects", "DELETE", "GET, POST"],
      ["/v1/projects/prj_0", "POST", "DELETE, GET, PATCH"],
      ["/v1/projects/prj_0/files/a/b.txt", "PUT", "GET"],
      ["/v1/health", "POST", "GET"],
      ["/v1/auth/sign-in/email", "PUT", "POST"],
    ] as const) {
      const answer = await nobody.request(path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe(allow);
      expect(await answer.json()).toMatchObject({ code: "method_not_allowed", status: 405 });
    }
  });
});

describe("a body", () => {
  it.each(titled(takesJson))(
    "A body that is malformed JSON, or has no or another media type, is refused: %s",
    async (_, route) => {
      const ada = route.access === "admin" ? await newAdmin() : await newAccount();
      const path = requestOf(route).path(absent);
      // A refused start counts too, with a limit of three per minute.
      const send = async (body: string, type: string) =>
        (route.limit === "run" ? await newAccount() : ada).problem(type === "application/json" ? 400 : 415, path, {
          method: route.method,
          body,
          headers: { "Content-Type": type },
        });
      for (const broken of ["{", '{"a":}', "\ufeffx"]) {
        expect((await send(broken, "application/json")).code).toBe("malformed_json");
      }
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
        expect((await send("{}", type)).code).toBe("unsupported_media_type");
      }
    },
  );

  it("A body's media type may have a charset", async () => {
    const ada = await newAccount();
    await ada.expect(201, "/v1/projects", {
      body: { name: "One" },
      headers: { "Content-Type": "application/json; charset=utf-8" },
    });
  });

  it("A body must be UTF-8: invalid bytes are malformed JSON, and another charset is a 415", async () => {
    const ada = await newAccount();
    const named = (...bytes: number[]) =>
      new Uint8Array([...new TextEncoder().encode('{"name":"'), ...bytes, ...new TextEncoder().encode('"}')]);
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      const body = named(...bytes);
      expect((await ada.problem(400, "/v1/projects", { body })).code).toBe("malformed_json");
      const keyed = { body, headers: { "Idempotency-Key": crypto.randomUUID() } };
      expect((await ada.problem(400, "/v1/projects", keyed)).code).toBe("malformed_json");
      const headers = { "CF-Connecting-IP": crypto.randomUUID() };
      expect((await nobody.problem(400, "/v1/auth/sign-up/email", { body, headers })).code).toBe("malformed_json");
    }
    // The replacement character itself is a valid character.
    expect(await ada.expect(201, "/v1/projects", { body: named(0xef, 0xbf, 0xbd) })).toMatchObject({ name: "\ufffd" });
    for (const charset of ["iso-8859-1", "utf-16", '"windows-1252"']) {
      const headers = { "Content-Type": `application/json; charset=${charset}` };
      const problem = await ada.problem(415, "/v1/projects", { body: { name: "One" }, headers });
      expect(problem).toMatchObject({ code: "unsupported_media_type", detail: "The body must be in UTF-8." });
    }
    // The charset decides before the bytes do, which in UTF-16 are no valid UTF-8.
    const utf16 = new Uint8Array(new Uint16Array([...'\ufeff{"name":"é"}'].map((each) => each.charCodeAt(0))).buffer);
    const headers = { "Content-Type": "application/json; charset=utf-16" };
    expect((await ada.problem(415, "/v1/projects", { body: utf16, headers })).code).toBe("unsupported_media_type");
    await ada.expect(201, "/v1/projects", {
      body: { name: "One" },
      headers: { "Content-Type": 'application/json; charset="UTF-8"' },
    });
  });

  it("A body without required members may be absent or empty, and refuses unknown members", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const restore = `/v1/projects/${id}/revisions/0/restore`;
    for (const body of [undefined, "", "{}"]) {
      await ada.expect(201, restore, { method: "POST", ...(body !== undefined && { body }) });
    }
    for (const path of [restore, "/v1/runs/run_0/cancel"]) {
      const problem = await ada.problem(422, path, { body: { force: true } });
      expect(problem.errors).toMatchObject([{ pointer: "/force", code: "unknown_field" }]);
    }
    expect((await ada.problem(400, "/v1/projects", { method: "POST", body: "" })).code).toBe("malformed_json");
  });

  it("A body nested deeply enough to overflow a stack is refused", async () => {
    const ada = await newAccount();
    const body = `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const answer = await ada.request("/v1/projects", { body });
    expect([400, 422]).toContain(answer.status);
  });

  it("A body cannot change an object's prototype", async () => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects", { body: '{"name":"x","__proto__":{"admin":true}}' });
    expect(problem.code).toBe("invalid_request");
  });
});

describe("every answer", () => {
  it("A response has a request id and its duration", async () => {
    const [one, other] = [await nobody.request("/v1/health"), await nobody.request("/v1/nothing")];
    for (const answer of [one, other]) {
      expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]{8,64}$/);
      expect(answer.headers.get("server-timing")).toMatch(/^total;dur=\d/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
    expect(one.headers.get("x-request-id")).not.toBe(other.headers.get("x-request-id"));
    expect(await other.json()).toMatchObject({ requestId: other.headers.get("x-request-id"), instance: "/v1/nothing" });
  });

  it("The instance of a problem is the path as the client wrote it, which is a URI reference whatever it contains", async () => {
    const problem = await nobody.problem(404, "/v1/caf%C3%A9%20nothing%2Fhere");
    expect(problem).toMatchObject({ instance: "/v1/caf%C3%A9%20nothing%2Fhere" });
  });

  it("A response repeats a well-formed X-Request-Id of the caller", async () => {
    const echoed = async (id: string) =>
      (await nobody.request("/v1/health", { headers: { "X-Request-Id": id } })).headers.get("x-request-id");
    for (const good of ["abcd1234", "x".repeat(64), "trace-1_2-3"]) expect(await echoed(good)).toBe(good);
    for (const bad of ["short", "x".repeat(65), "has space", "<script>", "a;b;c;d;e"])
      expect(await echoed(bad)).not.toBe(bad);
  });

  it("A response has the remainder of its rate limit", async () => {
    const ada = await newAccount();
    const read = await ada.request("/v1/projects");
    expect(read.headers.get("ratelimit-policy")).toBe('"reads";q=600;w=60');
    expect(read.headers.get("ratelimit")).toMatch(/^"reads";r=\d+;t=\d+$/);
    const write = await ada.request("/v1/projects", { body: { name: "One" } });
    expect(write.headers.get("ratelimit-policy")).toBe('"writes";q=120;w=60');
    expect((await nobody.request("/v1/health")).headers.get("ratelimit")).toBeNull();
    const anonymous = await nobody.request("/v1/agents", { headers: { "CF-Connecting-IP": crypto.randomUUID() } });
    expect(anonymous.headers.get("ratelimit-policy")).toBe('"anonymous";q=60;w=60');
  });

  it("A response to HEAD has the headers of GET and no body", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const [head, get] = [
      await ada.request(`/v1/projects/${id}`, { method: "HEAD" }),
      await ada.request(`/v1/projects/${id}`),
    ];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
  });

  it("A problem response cannot be cached", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    expect((await ada.request(`/v1/projects/${id}/files/none`)).headers.get("cache-control")).toBe("no-store");
    expect((await ada.request(`/v1/projects/${id}`)).headers.get("cache-control")).toBe("private, no-cache");
  });
});
