import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

vi.stubGlobal("addEventListener", vi.fn());
const { markOnline, markUnreachable } = await import("../../frontend/src/api/connectivity.ts");
const { ChunkMissing, loadChunk } = await import("../../frontend/src/ui/load-chunk.ts");

// The page polls the server until it responds, which ends an outage.
const fetching = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", fetching.mockResolvedValue(new Response()));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  markOnline();
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
    fetching.mockRejectedValue(new TypeError("Failed to fetch"));
    markUnreachable();
    const load = vi.fn().mockRejectedValueOnce(failed).mockResolvedValue("the chunk");
    const loading = loadChunk(load);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(load).toHaveBeenCalledTimes(1);
    fetching.mockResolvedValue(new Response());
    await vi.advanceTimersByTimeAsync(60_000);
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
