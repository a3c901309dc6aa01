/** A seeded generator of pseudo-random numbers. */
export type Random = {
  /** Returns a number from 0 (included) to 1 (excluded). */
  next(): number;
  /** Returns an integer from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
};

/** Mulberry32 (Tommy Ettinger, public domain): small, and good enough to choose where faults strike. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return { next, whole, pick: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0] };
}

/** Returns this run's seed and prints it, so that a failure can be reproduced with FAULT_SEED. */
export function seedOf(what: string): number {
  const configured = process.env.FAULT_SEED;
  const seed = configured === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(configured);
  if (!Number.isInteger(seed)) throw new Error(`FAULT_SEED is a whole number, not ${configured}`);
  console.log(`${what}: FAULT_SEED=${seed}`);
  return seed;
}

/** Scales a number of rounds by FAULT_ROUNDS: 3 plays three times as many, 0.1 a tenth. */
export function roundsOf(usual: number): number {
  const factor = Number(process.env.FAULT_ROUNDS ?? 1);
  if (!(factor > 0))
    throw new Error(`FAULT_ROUNDS is how many times the usual number, not ${process.env.FAULT_ROUNDS}`);
  return Math.max(1, Math.round(usual * factor));
}
