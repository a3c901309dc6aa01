import { spacing } from "./spacing.js";

export default { content: [], theme: { extend: { spacing } } };
