export default { brand: "rgb(40, 50, 60)" };
