export default { content: ["./index.html"], theme: { extend: { colors: { brand: "rgb(1, 2, 3)" } } } };
