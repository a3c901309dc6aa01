export const heights = [30, 20];
