export const brand = "#0a6640";
