export const sum = (one: number, other: number): number => one + other;
