import { describe, expect, it } from "vitest";
import { newAccount, newProject, type Project } from "../stage/client.ts";

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const compressed = (body: Uint8Array<ArrayBuffer> | string, encoding = "gzip") => ({
  body,
  headers: { "Content-Encoding": encoding, "Content-Type": "application/json" },
});

describe("a request body with Content-Encoding: gzip", () => {
  it("A body with Content-Encoding gzip is decompressed", async () => {
    const ada = await newAccount();
    const body = await gzip(JSON.stringify({ name: "Packed" }));
    expect((await ada.expect<Project>(201, "/v1/projects", compressed(body))).name).toBe("Packed");
    await ada.problem(422, "/v1/projects", compressed(await gzip('{"name":"x","nonsense":1}')));
    await ada.problem(400, "/v1/projects", compressed(await gzip("{")));
  });

  it("A body of several gzip members is decompressed whole", async () => {
    const ada = await newAccount();
    const members = await Promise.all(['{"name":', '"Packed twice"}'].map(gzip));
    const body = new Uint8Array(await new Blob(members).arrayBuffer());
    expect((await ada.expect<Project>(201, "/v1/projects", compressed(body))).name).toBe("Packed twice");
  });

  it("A body that decompresses to more than the limit is a 413", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const bomb = compressed(await gzip(" ".repeat(10_000_000)));
    expect((await ada.problem(413, `/v1/projects/${id}/batches`, bomb)).code).toBe("payload_too_large");
    expect((await ada.problem(413, "/v1/auth/sign-in/email", bomb)).code).toBe("payload_too_large");
  });

  it("A body that is not gzip is a 400, and any other encoding a 415", async () => {
    const ada = await newAccount();
    await ada.problem(400, "/v1/projects", compressed('{"name":"x"}'));
    const cut = (await gzip(JSON.stringify({ name: "x".repeat(90) }))).slice(0, -12);
    await ada.problem(400, "/v1/projects", compressed(cut));
    for (const encoding of ["br", "zstd", "gzip, gzip", "nonsense"]) {
      await ada.problem(415, "/v1/projects", compressed('{"name":"x"}', encoding));
    }
    const { body } = compressed(JSON.stringify({ name: "Plain" }));
    await ada.expect(201, "/v1/projects", compressed(body, "identity"));
  });
});

describe("a path parameter", () => {
  const names = ["%00", "a%00b", "%0a", "%7f", "%c2%80", "%", "%zz", "%e0%a4", "%ff", "%c0%ae"];

  it.each(names)("A path parameter with %j is a 4xx on every route", async (name) => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    for (const [method, path] of [
      ["DELETE", `/v1/projects/${id}/agents/${name}`],
      ["GET", `/v1/agents/${name}`],
      ["GET", `/v1/agents/${name}?projectId=${id}`],
      ["GET", `/v1/projects/${name}`],
      ["GET", `/v1/projects/${id}/files/${name}`],
      ["GET", `/v1/projects/${id}/revisions/${name}`],
      ["GET", `/v1/projects/${id}/blobs/${name}`],
      ["GET", `/v1/runs/${name}`],
      ["DELETE", `/v1/tokens/${name}`],
      ["GET", `/v1/webhooks/${name}`],
      ["POST", `/v1/deliveries/${name}/redeliver`],
      ["DELETE", `/v1/triggers/${name}`],
      ["POST", `/v1/in/${name}`],
      ["GET", `/v1/docs/errors/${name}`],
      ["GET", `/v1/${name}`],
    ] as const) {
      const answer = await ada.request(path, { method });
      expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, `${method} ${path}`).toBeLessThan(500);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("A file path that is encoded twice is refused", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    for (const path of ["%252e%252e", "a%252fb", "a%25252fb", "a%255cb"]) {
      expect((await ada.problem(422, `/v1/projects/${id}/files/${path}`)).code, path).toBe("invalid_path");
    }
  });
});
