import { PackageUnavailable } from "./package-unavailable.ts";

/** How time passes and chance decides, so that tests need neither. */
export type Clock = { wait(ms: number): Promise<unknown>; random(): number };

export const platformClock: Clock = { wait: (ms) => scheduler.wait(ms), random: () => Math.random() };

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 200;
const MAX_RETRY_AFTER_MS = 5_000;

/** Thrown where the registry does not answer as it should for now: 429, 5xx, a connection that fails or breaks off. */
export class RegistryBusy extends PackageUnavailable {
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs = 0) {
    super(message, true);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Runs a task again while the registry is busy, after growing delays with jitter, or as `Retry-After` says.
 * @throws {PackageUnavailable} with the last answer and the number of attempts
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
 * @throws {PackageUnavailable} for 404 and other answers
 */
export async function fetchFromRegistry(address: string, name: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((failure: unknown) => {
    throw unreachable(name, failure);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const answer = `The package registry answered ${response.status} ${response.statusText}`.trimEnd();
  if (response.status === 404) throw new PackageUnavailable(`There is no package "${name}" in the registry.`, false);
  if (response.status !== 429 && response.status < 500) throw new PackageUnavailable(`${answer} for "${name}".`, false);
  throw new RegistryBusy(`${answer} for "${name}".`, Number(response.headers.get("Retry-After")) * 1000 || 0);
}

/** For a connection that fails, also in the middle of an answer. */
export function unreachable(name: string, failure: unknown): RegistryBusy {
  return new RegistryBusy(`The package registry cannot be reached for "${name}": ${failure}.`);
}
