export { clearData } from "./clear-data.ts";
export { endPreview, endPreviewsOf, sweepPreviewAccess } from "./end-previews.ts";
export { admit, capabilityFor, enter, enterWithoutCookie, readTree } from "./gate.ts";
export { publishProject } from "./publish-project.ts";
export { readLogs } from "./read-logs.ts";
export { startPreview } from "./start-preview.ts";
export { sweepPublications } from "./sweep-publications.ts";
export { tellPublication } from "./tell-publication.ts";
export { unpublishProject } from "./unpublish-project.ts";
