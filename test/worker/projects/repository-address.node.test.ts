import { describe, expect, it } from "vitest";
import { parseGitHosts } from "../../../worker/config/git-hosts.ts";
import { archiveAddress } from "../../../worker/projects/git/archive-address.ts";
import { parseRepositoryAddress } from "../../../worker/projects/git/repository-address.ts";

const hosts = parseGitHosts("github.com, gitlab.com, codeberg.org, gitlab:git.example.org:8443", false) ?? [];
const parse = (url: string, ref?: string, folder?: string) => parseRepositoryAddress({ url, ref, folder }, hosts);

describe("the address of a repository", () => {
  it.each([
    ["https://github.com/ada/tea-shop", "ada/tea-shop", null, ""],
    ["github.com/ada/tea-shop.git", "ada/tea-shop", null, ""],
    ["https://github.com/ada/tea-shop/tree/main", "ada/tea-shop", "main", ""],
    ["https://github.com/ada/tea-shop/tree/main/apps/web?tab=readme", "ada/tea-shop", "main", "apps/web"],
    ["https://github.com/ada/tea-shop/releases/tag/v1.2.0", "ada/tea-shop", "v1.2.0", ""],
    ["https://gitlab.com/group/sub/tea-shop", "group/sub/tea-shop", null, ""],
    ["https://gitlab.com/group/sub/tea-shop/-/tree/main/web", "group/sub/tea-shop", "main", "web"],
    ["https://git.example.org:8443/ada/shop", "ada/shop", null, ""],
    ["https://codeberg.org/ada/tea-shop/src/branch/main/web", "ada/tea-shop", "main", "web"],
    ["https://codeberg.org/ada/tea-shop/src/tag/v1", "ada/tea-shop", "v1", ""],
  ])("An address names its repository, ref and folder: %s", (url, path, ref, folder) => {
    expect(parse(url)).toMatchObject({ path, ref, folder });
  });

  it.each([
    ["https://github.com/ada/tea-shop", undefined, "https://github.com/ada/tea-shop/archive/HEAD.tar.gz"],
    [
      "https://github.com/ada/tea-shop",
      "feature/prices",
      "https://github.com/ada/tea-shop/archive/feature/prices.tar.gz",
    ],
    [
      "https://gitlab.com/group/sub/shop",
      "feature/a",
      "https://gitlab.com/group/sub/shop/-/archive/feature/a/shop-feature-a.tar.gz",
    ],
    ["https://codeberg.org/ada/tea-shop", "v1", "https://codeberg.org/ada/tea-shop/archive/v1.tar.gz"],
  ])("The archive of %s at %s is at its host's own address", (url, ref, archive) => {
    expect(archiveAddress(parse(url, ref)).url).toBe(archive);
  });

  it("GitHub may redirect to its host for archives, and no other host anywhere", () => {
    expect(archiveAddress(parse("https://github.com/a/b")).origins).toEqual([
      "https://github.com",
      "https://codeload.github.com",
    ]);
    expect(archiveAddress(parse("https://codeberg.org/a/b")).origins).toEqual(["https://codeberg.org"]);
  });

  it.each([
    ["another host", "https://bitbucket.org/ada/shop"],
    ["a host below a configured one", "https://evil.github.com/ada/shop"],
    ["a configured host as a user name", "https://github.com@evil.example/ada/shop"],
    ["a credential", "https://ada:token@github.com/ada/shop"],
    ["another port", "https://github.com:8443/ada/shop"],
    ["http", "http://github.com/ada/shop"],
    ["another protocol", "ssh://git@github.com/ada/shop"],
    ["a path of a file system", "file:///etc/passwd"],
    ["an address of a private network", "https://10.0.0.1/ada/shop"],
    ["no repository", "https://github.com/ada"],
    ["a page that is no repository", "https://github.com/ada/shop/issues/1"],
    ["a segment that leads upwards", "https://github.com/ada/%2e%2e%2fshop"],
    ["a segment with a query", "https://github.com/ada/shop%3Ftoken=1"],
    ["a broken escape", "https://github.com/ada/%E0%A4"],
    ["nothing", "://"],
  ])("An address is refused that has %s", (_, url) => {
    expect(() => parse(url)).toThrow(expect.objectContaining({ code: "import_refused" }));
  });

  it.each(["../main", "a..b", "-/../x?y", "a b", "main/", ".hidden", "a//b", "x.lock", "@{1}", "a#b", "a%2e"])(
    "A ref that Git or an address would read otherwise is refused: %s",
    (ref) => {
      expect(() => parse("https://github.com/ada/shop", ref)).toThrow(
        expect.objectContaining({ code: "import_refused" }),
      );
    },
  );

  it("Without a configured host every address is refused, for the operator's reason", () => {
    expect(() => parseRepositoryAddress({ url: "https://github.com/a/b" }, [])).toThrow(
      expect.objectContaining({ code: "imports_not_configured" }),
    );
  });
});

describe("IMPORT_HOSTS", () => {
  it("IMPORT_HOSTS names known hosts by themselves and others with their software, and is empty by default", () => {
    expect(parseGitHosts("", false)).toEqual([]);
    expect(parseGitHosts("github.com,gitea:git.example.org", false)).toEqual([
      { kind: "github", host: "github.com", origin: "https://github.com" },
      { kind: "gitea", host: "git.example.org", origin: "https://git.example.org" },
    ]);
    expect(parseGitHosts("gitea:127.0.0.1:3000", true)).toMatchObject([{ origin: "http://127.0.0.1:3000" }]);
  });

  it.each([
    "git.example.org",
    "https://github.com",
    "bitbucket:bitbucket.org",
    "gitea:10.0.0.1",
    "gitea:127.0.0.1:3000",
    "gitea:localhost",
    "gitea:git.internal",
    "gitea:[::1]",
    "gitea:git.example.org:99999",
    "github.com;gitlab.com",
    "*.github.com",
  ])("IMPORT_HOSTS is malformed with %s", (list) => {
    expect(parseGitHosts(list, false)).toBeNull();
  });
});
