import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GitHost } from "../../../worker/config/index.ts";
import { fetchArchive } from "../../../worker/projects/git/fetch-archive.ts";
import { parseRepositoryAddress } from "../../../worker/projects/git/repository-address.ts";
import { type GitHostServer, startGitHost } from "../../stage/git-host.ts";

let server: GitHostServer;
let host: GitHost;

beforeAll(async () => {
  server = await startGitHost();
  host = { kind: "gitea", host: server.host, origin: `http://${server.host}` };
});

afterAll(() => server.close());

const fetched = (path: string, ref?: string, timeoutMs?: number) =>
  fetchArchive(parseRepositoryAddress({ url: `${host.origin}/${path}`, ref }, [host]), timeoutMs);

describe("an archive of a Git host", () => {
  it.each([
    ["the default branch", undefined],
    ["a branch whose name has a slash", "feature/prices"],
    ["a tag", "v1"],
  ])("An archive is fetched as the host made it, without a credential, of %s", async (_, ref) => {
    const tar = gunzipSync(await fetched("acme/tea-shop", ref)).toString("latin1");
    expect(tar).toContain("index.html");
    expect(tar.includes("web/src/app.ts")).toBe(ref === undefined);
  });

  it.each([
    ["there is no such repository", "acme/none", undefined, "has no public repository acme/none."],
    ["there is no such branch", "acme/tea-shop", "gone", "or no branch, tag or commit “gone” in it."],
    ["the host shows a page for signing in", "faults/page", undefined, "has no public repository"],
    ["the host redirects to another host", "faults/elsewhere", undefined, "from another host"],
    ["the host redirects to a cloud's metadata service", "faults/metadata", undefined, "from another host"],
    ["the host redirects in a circle", "faults/circle", undefined, "from another host"],
  ])("An import is refused in words when %s", async (_, path, ref, words) => {
    const failure = await fetched(path, ref).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "import_refused", message: expect.stringContaining(words) });
  });

  it("A host that fails, hangs or cannot be reached is a dependency that is down", async () => {
    await expect(fetched("faults/down")).rejects.toMatchObject({ code: "dependency_down" });
    const slow = await fetched("faults/hangs", undefined, 200).catch((error: unknown) => error);
    expect(slow).toMatchObject({ code: "dependency_down", message: expect.stringContaining("within 0.2 seconds") });
    const gone = parseRepositoryAddress({ url: "http://127.0.0.1:9/a/b" }, [
      { kind: "gitea", host: "127.0.0.1:9", origin: "http://127.0.0.1:9" },
    ]);
    await expect(fetchArchive(gone)).rejects.toMatchObject({ code: "dependency_down" });
  });

  it("An archive without end is refused at 20 MB", async () => {
    await expect(fetched("faults/endless")).rejects.toMatchObject({ code: "payload_too_large" });
  });
});
