import { BoundedCache } from "../../database/index.ts";

/** The owner and the project of a run, which are immutable. */
export type RunLocation = { projectId: string; ownerId: string };

const entries = new BoundedCache<RunLocation>(10_000);

/**
 * Caches the location of runs that this isolate has seen, so that a viewer that reconnects often does not cost a query
 * each time. An entry says which Session to call, not that the run still exists: the Session knows that.
 */
export const runLocationCache = {
  get: (id: string, ownerId: string): RunLocation | null => {
    const location = entries.get(id);
    return location?.ownerId === ownerId ? location : null;
  },
  set: (id: string, { projectId, ownerId }: RunLocation): void => entries.set(id, { projectId, ownerId }),
};
