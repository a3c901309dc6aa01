import type { Ready } from "../../../worker/contract/index.ts";
import { readStored, writeStored } from "../ui/storage.ts";
import { api, read } from "./client.ts";
import { keys } from "./queries.ts";

const rememberedKey = "edgesmith-model";

const isModel = (value: unknown): value is Ready["model"] =>
  typeof value === "object" && value !== null && "scripted" in value && typeof value.scripted === "boolean";

/**
 * Returns the model that the server reported on the last visit, so that its notice appears without shifting the page
 * later.
 */
export function rememberedModel(): Ready["model"] | undefined {
  try {
    const stored: unknown = JSON.parse(readStored("local", rememberedKey) ?? "null");
    return isModel(stored) ? stored : undefined;
  } catch {
    // Corrupt, or stored by another app. The server's own response follows in a moment.
    return undefined;
  }
}

async function askReady(): Promise<Ready> {
  const ready = await read(api.GET("/v1/ready"));
  writeStored("local", rememberedKey, JSON.stringify(ready.model));
  return ready;
}

/** The query for the server's readiness and features. */
export const readyQuery = { queryKey: keys.ready, queryFn: askReady, staleTime: 60_000, retry: 1 };
