import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bucket, openBucket } from "../../dev/backup/objects/bucket.ts";
import { openAccount } from "../../dev/deploy/cloudflare.ts";
import { environmentIn } from "../../dev/deploy/environments.ts";
import { type Examined, examine } from "../../dev/deploy/examine.ts";
import { readInstallation } from "../../dev/deploy/installation.ts";
import { setUp } from "../../dev/deploy/set-up.ts";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { openTestBuckets } from "../stage/bucket.ts";
import { startCloudflare } from "./cloudflare-stand-in.ts";

const root = mkdtempSync(join(tmpdir(), "edgesmith-installation-"));
let cloudflare: Awaited<ReturnType<typeof startCloudflare>>;
let app: Server;
let appUrl = "";
let dependencies: { name: string; required: boolean; state: string }[] = [];
let clockOffsetMs = 0;

beforeAll(async () => {
  cloudflare = await startCloudflare();
  for (const [name, value] of Object.entries(cloudflare.variables)) vi.stubEnv(name, value);
  app = createServer((_, outgoing) => {
    outgoing.setHeader("date", new Date(Date.now() + clockOffsetMs).toUTCString());
    outgoing.end(JSON.stringify({ status: "ready", dependencies }));
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  app.close();
  await cloudflare.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  cloudflare.workers.clear();
  cloudflare.queues.clear();
  cloudflare.buckets.clear();
  dependencies = [{ name: "database", required: true, state: "up" }];
  clockOffsetMs = 0;
  mkdirSync(join(root, "preview"), { recursive: true });
  for (const file of ["wrangler.toml", "preview/wrangler.toml"]) cpSync(join(ROOT, file), join(root, file));
});

const worker = (secrets: string[]) => ({ serving: [], uploaded: [], migrationTag: null, secrets: new Set(secrets) });

function settingUp(more: Partial<Parameters<typeof setUp>[0]> = {}) {
  const lines: string[] = [];
  const names = { appUrl: "https://build.my-company.com", previewDomain: "my-apps.dev" };
  const secrets = { DATABASE_URL: "postgresql://ada:secret@db.my-company.com/edgesmith" };
  const given = {
    account: openAccount(process.env),
    ...names,
    secrets,
    root,
    print: (line: string) => lines.push(line),
  };
  return setUp({ ...given, ...more }).then(() => lines);
}

describe("The command npm run setup", () => {
  it("The command npm run setup writes names and route, and creates queues, buckets and secrets", async () => {
    cloudflare.workers.set("edgesmith-api", worker([]));
    const lines = await settingUp();
    const installation = readInstallation(root);
    expect(installation).toMatchObject({ appUrl: "https://build.my-company.com", previewDomain: "my-apps.dev" });
    expect(readFileSync(join(root, "preview/wrangler.toml"), "utf8")).toContain('pattern = "*.my-apps.dev/*"');
    expect([...cloudflare.queues].sort()).toEqual([...installation.queues].sort());
    expect([...cloudflare.buckets].sort()).toEqual([...installation.buckets].sort());
    expect([...(cloudflare.workers.get("edgesmith-api")?.secrets ?? [])].sort()).toEqual([
      "AUTH_SECRET",
      "DATABASE_URL",
    ]);
    expect(lines.join("\n")).not.toContain("ada:secret");
  });

  it("The command npm run setup can be run again, and keeps AUTH_SECRET and the queues", async () => {
    cloudflare.workers.set("edgesmith-api", worker(["AUTH_SECRET"]));
    await settingUp();
    cloudflare.calls.length = 0;
    const before = readFileSync(join(root, "preview/wrangler.toml"), "utf8");
    const lines = await settingUp({ secrets: {} });
    expect(lines).toEqual([expect.stringContaining("names:")]);
    expect(readFileSync(join(root, "preview/wrangler.toml"), "utf8")).toBe(before);
    expect(cloudflare.calls.filter((call) => !call.startsWith("GET"))).toEqual([]);
  });

  it("The command npm run setup for the environment preview leaves that of production as it is", async () => {
    cloudflare.workers.set("edgesmith-api-staging", worker([]));
    const before = readInstallation(root);
    await settingUp({
      environment: "preview",
      appUrl: "https://staging.my-company.com",
      previewDomain: "my-staging.dev",
    });
    expect(readInstallation(root)).toEqual(before);
    expect(readInstallation(root, "preview")).toMatchObject({
      ...{ appUrl: "https://staging.my-company.com", previewDomain: "my-staging.dev", worker: "edgesmith-api-staging" },
      queues: ["edgesmith-deliveries-staging"],
    });
    expect([...(cloudflare.workers.get("edgesmith-api-staging")?.secrets ?? [])]).toContain("AUTH_SECRET");
    expect(cloudflare.workers.has("edgesmith-api")).toBe(false);
  });

  it("An environment that does not exist is refused by its name", () => {
    expect(environmentIn(["--skip-checks"])).toBe("production");
    expect(environmentIn(["--env", "preview"])).toBe("preview");
    expect(environmentIn(["--env=preview"])).toBe("preview");
    expect(() => environmentIn(["--env", "staging"])).toThrow("production, preview");
  });

  it("The command npm run setup refuses a preview domain on the app's own site, and changes nothing", async () => {
    const before = readFileSync(join(root, "wrangler.toml"), "utf8");
    await expect(settingUp({ previewDomain: "apps.my-company.com" })).rejects.toThrow(
      "a registrable domain of their own",
    );
    expect(readFileSync(join(root, "wrangler.toml"), "utf8")).toBe(before);
  });
});

const stateOf = async (more: Partial<Examined> = {}) => {
  const names = { environment: "production", worker: "edgesmith-api" } as const;
  const installation = {
    ...names,
    appUrl,
    previewDomain: "my-apps.dev",
    queues: ["edgesmith-deliveries"],
    buckets: [],
  };
  const account = openAccount(process.env);
  const findings = await examine({
    installation,
    account,
    databaseUrl: null,
    bucket: null,
    resolve: async () => ["192.0.2.1"],
    ...more,
  });
  return Object.fromEntries(findings.map(({ name, state, text }) => [name, `${state}: ${text}`]));
};

describe("The command npm run doctor", () => {
  it("The command npm run doctor finds an installation in order", async () => {
    cloudflare.queues.add("edgesmith-deliveries");
    const secrets = ["DATABASE_URL", "AUTH_SECRET", "ANTHROPIC_API_KEY", "MAIL_API_KEY", "SENTRY_DSN"];
    cloudflare.workers.set("edgesmith-api", worker(secrets));
    const states = await stateOf();
    expect(Object.values(states).filter((state) => !state.startsWith("ok"))).toEqual([
      "skipped: Set DATABASE_URL.",
      "skipped: Set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY to include the files of apps in backups.",
    ]);
  });

  it("The command npm run doctor names missing secrets, queues and DNS records, and the way out", async () => {
    cloudflare.workers.set("edgesmith-api", worker(["DATABASE_URL"]));
    const states = await stateOf({ resolve: () => Promise.reject(new Error("ENOTFOUND")) });
    expect(states["Workers and secrets"]).toBe("failed: not set: AUTH_SECRET. npm run setup sets them.");
    expect(states["queues and buckets"]).toContain("missing: queue edgesmith-deliveries. npm run setup");
    expect(states["DNS for previews"]).toContain("Add a proxied DNS record * to the zone of my-apps.dev.");
  });

  it("The command npm run doctor reports a Worker that is not deployed, a dependency that is down, and a wrong clock", async () => {
    dependencies = [{ name: "database", required: true, state: "down" }];
    clockOffsetMs = 120_000;
    const states = await stateOf();
    expect(states["Workers and secrets"]).toBe("failed: The API Worker is not deployed: npm run deploy.");
    expect(states.app).toBe("failed: down: database");
    expect(states.clock).toMatch(/^failed: this machine differs from the app by 1\d\d s/);
  });

  it("The command npm run doctor recognizes example names, and different names in the two files", async () => {
    const { names } = await stateOf({ installation: readInstallation() });
    expect(names).toBe(
      "failed: edgesmith.example and edgesmith-apps.example are examples. npm run setup sets your own.",
    );
    const path = join(root, "preview/wrangler.toml");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("https://edgesmith.example", "https://other.example"));
    expect(() => readInstallation(root)).toThrow("different values of APP_URL or PREVIEW_DOMAIN");
  });

  it("The command npm run doctor reports a database that cannot be reached", async () => {
    const { database } = await stateOf({ databaseUrl: "postgresql://ada@127.0.0.1:1/edgesmith" });
    expect(database).toMatch(/^failed: .*ECONNREFUSED/);
  });

  it("The command npm run doctor reports whether a backup can list the bucket of apps' files", async () => {
    const buckets = await openTestBuckets(["files"]);
    try {
      const address = buckets.address("files");
      const finding = async (bucket: Bucket) => (await stateOf({ bucket }))["backup of files"];
      expect(await finding(openBucket(address))).toBe("ok: npm run backup can list the bucket files");
      const refused = openBucket({ ...address, secretAccessKey: "another" });
      expect(await finding(refused)).toMatch(/^failed: The bucket files: 403/);
    } finally {
      await buckets.close();
    }
  });
});
