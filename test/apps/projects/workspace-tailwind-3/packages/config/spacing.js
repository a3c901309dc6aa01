export const spacing = { wide: "20px" };
