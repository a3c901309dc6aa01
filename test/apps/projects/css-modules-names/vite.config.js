import vue from "@vitejs/plugin-vue";

export default {
  plugins: [vue()],
  css: {
    modules: {
      generateScopedName: "[name]__[local]___[hash:base64:5]",
      hashPrefix: "shop",
      localsConvention: "camelCaseOnly",
    },
  },
};
