export const load = () => ({ word: "kit" });
