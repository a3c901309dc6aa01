export const mode = "in development";
