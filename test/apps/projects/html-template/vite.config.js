import { plugins } from "./build/plugins.js";

export default { plugins: [plugins] };
