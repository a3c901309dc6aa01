let calls = 0;
export const shared = (): string => `shared ${++calls}`;
