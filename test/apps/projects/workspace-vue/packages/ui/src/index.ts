export { heights } from "./heights";
export { default as TreeCard } from "./TreeCard.vue";
