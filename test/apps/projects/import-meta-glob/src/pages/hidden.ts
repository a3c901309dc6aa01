export const title = "Hidden";
