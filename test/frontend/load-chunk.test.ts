import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChunkMissing, loadChunk } from "../../frontend/src/ui/load-chunk.ts";

const connection = new EventTarget();
let isOnline = true;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
  vi.stubGlobal("addEventListener", connection.addEventListener.bind(connection));
  vi.stubGlobal("navigator", {
    get onLine() {
      return isOnline;
    },
  });
  isOnline = true;
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const failed = new TypeError("Failed to fetch dynamically imported module");

describe("loadChunk", () => {
  it("A chunk that fails once is loaded again after a pause", async () => {
    const load = vi.fn().mockRejectedValueOnce(failed).mockResolvedValue("the chunk");
    const loading = loadChunk(load);
    await vi.advanceTimersByTimeAsync(400);
    await expect(loading).resolves.toBe("the chunk");
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("A chunk that fails during an outage is not asked for again before its end", async () => {
    isOnline = false;
    const load = vi.fn().mockRejectedValueOnce(failed).mockResolvedValue("the chunk");
    const loading = loadChunk(load);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(load).toHaveBeenCalledTimes(1);
    isOnline = true;
    connection.dispatchEvent(new Event("online"));
    await expect(loading).resolves.toBe("the chunk");
  });

  it("A chunk that is gone fails with a sentence that says to reload the page", async () => {
    const load = vi.fn().mockRejectedValue(failed);
    const loading = expect(loadChunk(load)).rejects.toThrow(ChunkMissing);
    await vi.advanceTimersByTimeAsync(10_000);
    await loading;
    expect(load).toHaveBeenCalledTimes(4);
  });
});
