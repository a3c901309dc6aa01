/**
 * Waits for a promise, up to a deadline.
 * @returns the promise's value, or null after the deadline; a later rejection is ignored
 * @throws the promise's error if it rejects in time
 */
export async function within<T>(work: Promise<T>, deadlineMs: number): Promise<T | null> {
  work.catch(() => undefined); // Abandoned work rejects when its runtime is stopped.
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
