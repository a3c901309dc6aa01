/** Resolves after all promises have settled, or after `ms` milliseconds. */
export async function settledWithin(promises: readonly Promise<unknown>[], ms: number): Promise<void> {
  const { promise: timeIsOver, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([Promise.allSettled(promises), timeIsOver]);
  clearTimeout(timer);
}

/**
 * Awaits work for at most `ms` milliseconds.
 * @throws Error after `ms` milliseconds
 */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The app did not answer in time.")), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
