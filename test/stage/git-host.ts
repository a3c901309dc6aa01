// Stands in for a Git host with the addresses of Gitea: serves archives that Git itself makes of a real repository, and
// the faults of hosts under the owner `faults`.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The repository that the host has, `acme/tea-shop`: its files on the branch `main`; the tag `v1` has the page alone. */
const repositoryFiles: Record<string, string> = {
  "index.html": "<!doctype html><h1>Tea shop</h1>\n",
  "README.md": "# Tea shop\n",
  "web/index.html": "<!doctype html><h1>Web shop</h1>\n",
  "web/src/app.ts": "export const shop = 1;\n",
};

export type GitHostServer = { host: string; close(): void };

/** Starts the host on a free port of this machine. */
export async function startGitHost(): Promise<GitHostServer> {
  const folder = makeRepository();
  const server = createServer((request, response) => {
    const [, owner = "", name = "", kind, ...ref] = (request.url ?? "/").split("/").map(decodeURIComponent);
    // A host does not need to know whose request it is.
    if (request.headers.authorization !== undefined || request.headers.cookie !== undefined) return end(response, 400);
    if (owner === "faults") return fail(response, name);
    const isThere = owner === "acme" && name === "tea-shop" && kind === "archive";
    const found = /^(.+)\.tar\.gz$/.exec(ref.join("/"))?.[1] ?? "";
    return isThere && isRef(folder, found) ? sendArchive(response, folder, found) : end(response, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    host: `127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-git-"));
  const author = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com" };
  const committer = {
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: folder, env: { ...process.env, ...author, ...committer } });
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const commit = () => {
    git("add", "--all");
    git("commit", "--quiet", "--message", "Files");
  };
  git("init", "--quiet", "--initial-branch", "main");
  write("index.html", "<!doctype html><h1>The first shop</h1>\n");
  commit();
  git("tag", "v1");
  git("branch", "feature/prices");
  for (const [path, content] of Object.entries(repositoryFiles)) write(path, content);
  commit();
  return folder;
}

function isRef(folder: string, ref: string): boolean {
  try {
    execFileSync("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { cwd: folder, stdio: "ignore" });
    return true;
  } catch {
    // Git's way to say that there is none.
    return false;
  }
}

function sendArchive(response: ServerResponse, folder: string, ref: string): void {
  const git = spawn("git", ["archive", "--format=tar.gz", `--prefix=tea-shop-${ref.replaceAll("/", "-")}/`, ref], {
    cwd: folder,
  });
  response.writeHead(200, { "content-type": "application/gzip" });
  git.stdout.pipe(response);
}

const end = (response: ServerResponse, status: number, headers: Record<string, string> = {}) => {
  response.writeHead(status, headers).end();
};

const redirects: Record<string, string> = {
  elsewhere: "http://127.0.0.2:9/secret",
  metadata: "http://169.254.169.254/latest/meta-data/",
  circle: "/faults/circle/archive/HEAD.tar.gz",
};

/** Answers with the fault that the repository's name names; `hangs` is never answered. */
function fail(response: ServerResponse, fault: string): void {
  const location = redirects[fault];
  if (location !== undefined) end(response, 302, { location });
  if (fault === "down") end(response, 503);
  if (fault === "page") response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<h1>Sign in</h1>");
  if (fault === "not-gzip") response.writeHead(200, { "content-type": "application/gzip" }).end("This is no archive.");
  if (fault === "endless") sendEndlessly(response.writeHead(200, { "content-type": "application/gzip" }));
}

function sendEndlessly(response: ServerResponse): void {
  const chunk = Buffer.alloc(1024 * 1024, 1);
  const send = () => {
    if (!response.destroyed) response.write(chunk, () => setImmediate(send));
  };
  send();
}
