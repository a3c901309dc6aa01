import { defineComponent } from "vue";

export default defineComponent({
  data: () => ({ count: 2 }),
  computed: {
    twice(): number {
      return this.count * 2;
    },
  },
});
