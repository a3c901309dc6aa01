import unocss from "unocss/vite";

export default { plugins: [unocss()] };
