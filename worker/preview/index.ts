export { type AppAccount, type AppContext, appAccount } from "./apps/app-account.ts";
export { reserveFiles } from "./apps/reserve-files.ts";
export { sendAppMail } from "./apps/send-mail.ts";
export { requireAnswer } from "./call-builder.ts";
export { clearData } from "./clear-data.ts";
export * from "./data/index.ts";
export { closeVisits, endPreview, endPreviewsOf, sweepPreviewAccess } from "./end-previews.ts";
export { getBuild } from "./get-build.ts";
export { getProjectTypes } from "./get-project-types.ts";
export { getVisits } from "./get-visits.ts";
export { listSchedules } from "./list-schedules.ts";
export {
  getVisitorAccess,
  invitePerson,
  listPeople,
  putVisitorAccess,
  removePerson,
  updatePerson,
} from "./people/people.ts";
export { openSignInState, signSignInState } from "./people/sign-in-state.ts";
export { canMailVisitors, mailVisitor } from "./people/visitor-mail.ts";
export { admit, capabilityFor, enter, enterWithoutCookie, readTree } from "./preview-access.ts";
export { copyPublishedApp, getCopying, getPublishedApp, putCopying } from "./publication/copying.ts";
export { deleteDomain, getDomain, listDomains, putDomain, sweepDomains } from "./publication/domains.ts";
export { publishedAt, stagedAt } from "./publication/published-at.ts";
export {
  getPublishedName,
  putPublishedName,
  releasePublishedName,
  sweepPublishedNames,
} from "./publication/published-name.ts";
export {
  discardStagedApp,
  getStagedApp,
  listStagedProjects,
  promoteStagedApp,
  stageProject,
} from "./publication/staging.ts";
export { sweepStaging, syncStaging } from "./publication/sync-staging.ts";
export { listPublishedVersions, restorePublishedVersion } from "./publication/versions.ts";
export { publishProject } from "./publish-project.ts";
export { readLogs } from "./read-logs.ts";
export { reportPreviewFault } from "./report-preview-fault.ts";
export { runSchedule } from "./run-schedule.ts";
export { startPreview } from "./start-preview.ts";
export { sweepPublications } from "./sweep-publications.ts";
export { syncPublication } from "./sync-publication.ts";
export { tracedEnv } from "./traced-builder.ts";
export { unpublishProject } from "./unpublish-project.ts";
export type { PageView, PageViewer } from "./viewer/page-viewer.ts";
export { type PageLook, viewPage } from "./viewer/view-page.ts";
export { pageViewerOf, type ViewerEnv } from "./viewer/viewer-of.ts";
