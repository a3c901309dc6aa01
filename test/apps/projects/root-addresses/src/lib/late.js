export const when = "late";
