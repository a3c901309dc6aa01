import { BoundedCache } from "../../database/index.ts";

/** The owner and the project of a run. Neither changes while the run exists. */
export type RunLocation = { projectId: string; ownerId: string };

const entries = new BoundedCache<RunLocation>(10_000);

/**
 * The runs that this isolate has seen, so that a viewer who comes back again and again does not cost the database a
 * query each time. It says where to ask, not that the run is still there: that the Session knows.
 */
export const runLocationCache = {
  get: (id: string, ownerId: string): RunLocation | null => {
    const location = entries.get(id);
    return location?.ownerId === ownerId ? location : null;
  },
  set: (id: string, { projectId, ownerId }: RunLocation): void => entries.set(id, { projectId, ownerId }),
};
