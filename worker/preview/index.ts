export { clearData, readLogs } from "./app-data.ts";
export { admit, capabilityFor, enter, readTree } from "./gate.ts";
export { startPreview } from "./start-preview.ts";
