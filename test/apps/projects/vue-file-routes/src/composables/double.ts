export const doubleOf = (value: number): number => value * 2;
