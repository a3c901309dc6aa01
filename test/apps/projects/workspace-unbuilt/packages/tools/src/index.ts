export const once = (text: string): string => `${text} once`;
