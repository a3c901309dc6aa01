import Cloudflare, { NotFoundError } from "cloudflare";
import { z } from "zod";

/**
 * The newest deployment comes first. Read without the client's `deployments.list`, which iterates over `result.items`
 * and so never yields one (cloudflare 7.3.0, findings/cloudflare-deployments-list.sh).
 */
const deploymentsSchema = z.object({
  result: z.object({
    deployments: z.array(z.object({ versions: z.array(z.object({ version_id: z.string(), percentage: z.number() })) })),
  }),
});

/** A Worker in the account: the versions that serve traffic, and its newest Durable Object migration. */
export type DeployedWorker = { versions: { id: string; percentage: number }[]; migrationTag: string | null };

/**
 * The part of Cloudflare's API that a deployment reads, the rollback of Pages, which wrangler lacks, and shares of the
 * traffic, which the API reverts in one request and wrangler in seconds.
 */
export type CloudflareAccount = {
  /** Returns null when the Worker does not exist. */
  worker(name: string): Promise<DeployedWorker | null>;
  /** Splits a Worker's traffic between uploaded versions; the percentages add up to 100. */
  shareTraffic(worker: string, versions: DeployedWorker["versions"]): Promise<void>;
  /** Returns the id of the deployment of Pages that visitors get; null before the first. */
  pagesDeployment(project: string): Promise<string | null>;
  rollBackPages(project: string, deploymentId: string): Promise<void>;
  /** Returns the names of a Worker's secrets; null when the Worker does not exist. */
  secrets(worker: string): Promise<string[] | null>;
  queues(): Promise<string[]>;
  buckets(): Promise<string[]>;
};

/**
 * Opens an account by CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID. CLOUDFLARE_API_BASE_URL, which wrangler reads too,
 * names another server.
 * @throws Error with a message for the operator when a variable is missing
 */
export function openAccount(environment: NodeJS.ProcessEnv): CloudflareAccount {
  const { CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_ACCOUNT_ID: accountId } = environment;
  if (!apiToken || !accountId) throw new Error("Set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.");
  const client = new Cloudflare({ apiToken, baseURL: environment.CLOUDFLARE_API_BASE_URL ?? null });
  const account = { account_id: accountId };
  return {
    async worker(name) {
      const scripts = await all(client.workers.scripts.list(account));
      const script = scripts.find(({ id }) => id === name);
      if (script === undefined) return null;
      const answer = await client.get(`/accounts/${accountId}/workers/scripts/${encodeURIComponent(name)}/deployments`);
      const [serving] = deploymentsSchema.parse(answer).result.deployments;
      const versions = (serving?.versions ?? []).map(({ version_id, percentage }) => ({ id: version_id, percentage }));
      return { versions, migrationTag: script.migration_tag ?? null };
    },
    async shareTraffic(name, versions) {
      await client.workers.scripts.deployments.create(name, {
        ...account,
        strategy: "percentage",
        versions: versions.map(({ id, percentage }) => ({ version_id: id, percentage })),
      });
    },
    async pagesDeployment(project) {
      try {
        const { canonical_deployment: current } = await client.pages.projects.get(project, account);
        return current?.id ?? null;
      } catch (error) {
        if (error instanceof NotFoundError) return null;
        throw error;
      }
    },
    async secrets(worker) {
      try {
        return (await all(client.workers.scripts.secrets.list(worker, account))).map(({ name }) => name);
      } catch (error) {
        if (error instanceof NotFoundError) return null;
        throw error;
      }
    },
    async queues() {
      return (await all(client.queues.list(account))).flatMap(({ queue_name: name }) => name ?? []);
    },
    async buckets() {
      const { buckets = [] } = await client.r2.buckets.list(account);
      return buckets.flatMap(({ name }) => name ?? []);
    },
    async rollBackPages(project, deploymentId) {
      await client.pages.projects.deployments.rollback(deploymentId, { ...account, project_name: project });
    },
  };
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
