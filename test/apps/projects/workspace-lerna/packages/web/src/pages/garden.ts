export const title = "Garden";
