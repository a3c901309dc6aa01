export { clearData } from "./clear-data.ts";
export { admit, capabilityFor, enter, readTree } from "./gate.ts";
export { readLogs } from "./read-logs.ts";
export { startPreview } from "./start-preview.ts";
