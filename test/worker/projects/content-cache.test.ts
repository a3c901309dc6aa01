import { eq } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { blob } from "../../../drizzle/schema/index.ts";
import type { FileContent } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { newAccount, newProject } from "../stage/client.ts";

it("a content is cached at the edge after its first read, and only readers of the project get it", async () => {
  const ada = await newAccount();
  const project = await newProject(ada);
  const at = `/v1/projects/${project.id}`;
  const content = `only here ${crypto.randomUUID()}`;
  await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "create", path: "a.txt", content }] } });
  const { sha256 } = await ada.expect<FileContent>(200, `${at}/files/a.txt`);
  expect(await ada.expect(200, `${at}/blobs/${sha256}`)).toMatchObject({ content });

  const key = `https://contents.invalid/${project.id}/${sha256}`;
  await vi.waitFor(async () => expect(await (await caches.default.match(key))?.text()).toBe(content));
  // The stored content no longer matters: the edge's cache responds.
  await database.update(blob).set({ content: "not this" }).where(eq(blob.space, project.id));
  expect(await ada.expect(200, `${at}/blobs/${sha256}`)).toMatchObject({ content });

  const eve = await newAccount();
  await eve.problem(404, `${at}/blobs/${sha256}`);
  const other = await newProject(eve);
  await eve.problem(404, `/v1/projects/${other.id}/blobs/${sha256}`);
  await ada.expect(204, at, { method: "DELETE" });
  await ada.problem(404, `${at}/blobs/${sha256}`);
});
