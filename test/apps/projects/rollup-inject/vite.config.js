import inject from "@rollup/plugin-inject";
export default { plugins: [inject({ $: "jquery", jQuery: "jquery", include: ["src/**"] })] };
