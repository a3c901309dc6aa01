import { PackageUnavailable } from "./package-unavailable.ts";

/** The clock and random source, which tests replace. */
export type Clock = { wait(ms: number): Promise<unknown>; random(): number };

export const platformClock: Clock = { wait: (ms) => scheduler.wait(ms), random: () => Math.random() };

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 200;
const MAX_RETRY_AFTER_MS = 5_000;

/** Thrown for a temporary failure of the registry: 429, 5xx, or a connection that fails or breaks. */
export class RegistryBusy extends PackageUnavailable {
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs = 0) {
    super(message, true);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Retries a task while the registry is busy, with exponential backoff and jitter, or after `Retry-After`.
 * @throws {PackageUnavailable} with the last response and the number of attempts
 */
export async function retrying<T>(task: () => Promise<T>, clock: Clock): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task();
    } catch (failure) {
      if (!(failure instanceof RegistryBusy)) throw failure;
      if (attempt === ATTEMPTS) throw new PackageUnavailable(`${failure.message} (${ATTEMPTS} attempts)`, true);
      const backoff = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + clock.random() / 2);
      await clock.wait(Math.max(backoff, Math.min(failure.retryAfterMs, MAX_RETRY_AFTER_MS)));
    }
  }
}

/**
 * Fetches from the registry.
 * @throws {RegistryBusy} for 429, 5xx and failing connections
 * @throws {PackageUnavailable} for 404 and other responses
 */
export async function fetchFromRegistry(address: string, name: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((failure: unknown) => {
    throw unreachable(name, failure);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const answer = `The package registry returned ${response.status} ${response.statusText}`.trimEnd();
  if (response.status === 404) throw new PackageUnavailable(`There is no package "${name}" in the registry.`, false);
  if (response.status !== 429 && response.status < 500) throw new PackageUnavailable(`${answer} for "${name}".`, false);
  throw new RegistryBusy(`${answer} for "${name}".`, Number(response.headers.get("Retry-After")) * 1000 || 0);
}

/** Converts a connection error, even in the middle of a response. */
export function unreachable(name: string, failure: unknown): RegistryBusy {
  return new RegistryBusy(`The package registry cannot be reached for "${name}": ${failure}.`);
}
