let value = $state(0);

export const counter = {
  get value(): number {
    return value;
  },
  add(count: number): void {
    value = count;
  },
};
