export const useCounterStore = defineStore("counter", () => {
  const count = ref(21);
  return { count };
});
