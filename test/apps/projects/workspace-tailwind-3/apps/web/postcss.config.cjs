module.exports = require("../../packages/config/postcss.cjs");
