export * from "./access-request.ts";
export * from "./accounts.ts";
export * from "./admin.ts";
export * from "./agents.ts";
export * from "./alerts.ts";
export type { ApiPaths } from "./api-paths.ts";
export * from "./app-environment.ts";
export type * from "./app-services.ts";
export * from "./audit.ts";
export { type AuditAction, auditActions } from "./audit-actions.ts";
export * from "./comments.ts";
export * from "./copying.ts";
export * from "./data.ts";
export * from "./data-rpc.ts";
export * from "./docs.ts";
export { errorHelp } from "./error-help.ts";
export * from "./files.ts";
export { type GrantHostRules, parseGrantHost } from "./grant-hosts.ts";
export * from "./health.ts";
export { addHistogram, countIn, type Histogram, percentile } from "./histogram.ts";
export { faultOfName, isOwnHost, type OwnHosts } from "./host-names.ts";
export * from "./ids.ts";
export * from "./images.ts";
export * from "./imports.ts";
export { isLoopbackHost, kindOfHost } from "./ip-ranges.ts";
export { keptVersions } from "./kept-versions.ts";
export { lazily } from "./lazily.ts";
export * from "./live.ts";
export * from "./me.ts";
export * from "./metrics.ts";
export { type Networks, networksOf } from "./network.ts";
export { idFrom, newId } from "./new-id.ts";
export { outboundEvents } from "./outbound-events.ts";
export { isPackageName, maxPackageNameLength } from "./package-name.ts";
export * from "./pagination.ts";
export { parseJsonBytes } from "./parse-json-bytes.ts";
export * from "./people.ts";
export * from "./people-rpc.ts";
export * from "./preview.ts";
export type { CallTrace, PreviewFault } from "./preview-fault.ts";
export { cookielessLabelOf, previewLabelOf, readPreviewLabel } from "./preview-label.ts";
export * from "./preview-rpc.ts";
export * from "./problem.ts";
export { buildsPages, findRoots, type ProjectRoot } from "./project-roots.ts";
export * from "./project-types.ts";
export * from "./projects.ts";
export { projectOfLabel, publicLabelOf } from "./public-label.ts";
export * from "./publications.ts";
export { isPublishedName } from "./published-name.ts";
export {
  type Access,
  defineRoute,
  type LimitClass,
  type ProjectRole,
  projectRoles,
  type RoutesRole,
  type Scope,
  scopes,
} from "./route.ts";
export * from "./run-events.ts";
export * from "./runs.ts";
export { sanitizeJson } from "./sanitize-json.ts";
export * from "./schedules.ts";
export type * from "./schedules-rpc.ts";
export type { SearchHit, SearchResult } from "./search.ts";
export { looksSecret, mayBeCredential } from "./secret-like.ts";
export * from "./sharing.ts";
export * from "./sign-in.ts";
export * from "./sign-in-address.ts";
export type * from "./sign-in-rpc.ts";
export { migrateSqlite } from "./sqlite-migrations.ts";
export { isStagingLabel, newStagingLabel } from "./staging-label.ts";
export { isBase64, isOneLine, isStorable, notOneLine } from "./text.ts";
export * from "./tickets.ts";
export { type RequestTrace, requestTrace } from "./traces.ts";
export * from "./triggers.ts";
export * from "./usage.ts";
export { fieldName, validationMessages } from "./validation-messages.ts";
export type * from "./visit-rpc.ts";
export * from "./visits.ts";
export * from "./webhooks.ts";
