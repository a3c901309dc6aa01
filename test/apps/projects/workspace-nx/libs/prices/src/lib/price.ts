export const price = (euros: number): string => `${euros.toFixed(2)} euros`;
