export const mode = "in production";
