import type { Ready } from "../../../worker/contract/index.ts";
import { readStored, writeStored } from "../ui/storage.ts";
import { getReady } from "./account.ts";
import { keys } from "./queries.ts";

const rememberedKey = "edgesmith-model";

/** What was known of the model when a page was here last, so that what is said of it need not push the page down a moment later. */
export function rememberedModel(): Ready["model"] | undefined {
  try {
    return JSON.parse(readStored("local", rememberedKey) ?? "null") ?? undefined;
  } catch {
    // Not what was written here: the server says it in a moment.
    return undefined;
  }
}

async function askReady(): Promise<Ready> {
  const ready = await getReady();
  writeStored("local", rememberedKey, JSON.stringify(ready.model));
  return ready;
}

/** What the server can do, for whoever opens the page. */
export const readyQuery = { queryKey: keys.ready, queryFn: askReady, staleTime: 60_000, retry: 1 };
