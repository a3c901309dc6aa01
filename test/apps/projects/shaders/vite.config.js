import glsl from "vite-plugin-glsl";

export default { plugins: [glsl({ root: "/src/shaders" })] };
