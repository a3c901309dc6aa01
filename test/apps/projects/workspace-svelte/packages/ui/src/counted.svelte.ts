let times = $state(0);

export const counted = {
  get times(): number {
    return times;
  },
  add(): void {
    times += 1;
  },
};
