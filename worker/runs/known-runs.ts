import { BoundedCache } from "../database/index.ts";

/** Whose a run is, and where. It never changes while the run exists. */
export type RunPlace = { projectId: string; ownerId: string };

const places = new BoundedCache<RunPlace>(10_000);

/**
 * The runs that this isolate has seen, so that a viewer who comes back again and again does not cost the database a
 * query each time. It says where to ask, not that the run is still there: that the Session knows.
 */
export const knownRuns = {
  find: (id: string, ownerId: string): RunPlace | null => {
    const place = places.get(id);
    return place?.ownerId === ownerId ? place : null;
  },
  note: (id: string, { projectId, ownerId }: RunPlace): void => places.set(id, { projectId, ownerId }),
};
