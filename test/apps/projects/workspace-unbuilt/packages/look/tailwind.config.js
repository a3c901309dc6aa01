module.exports = {
  content: ["./src/**/*.tsx"],
  theme: { extend: { colors: { brand: "rgb(1, 2, 3)" } } },
};
