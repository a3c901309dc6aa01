module.exports = {
  plugins: {
    "postcss-preset-mantine": {},
    "postcss-nested": {},
    "postcss-simple-vars": { variables: { accent: "#123456", gap: "24px" } },
  },
};
