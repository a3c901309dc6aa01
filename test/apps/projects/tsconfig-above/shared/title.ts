export const title = "Options from above";
