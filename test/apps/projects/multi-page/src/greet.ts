export const greet = (page: string): string => `this is ${page}`;
