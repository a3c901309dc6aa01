import type { ErrorCode } from "../errors.ts";

/** The meaning and the remedy of each code, for its page under `/v1/docs/errors/` and for the OpenAPI document. */
export const errorHelp: Record<ErrorCode, string> = {
  malformed_json: "The body is not valid JSON in UTF-8. Send JSON, with nothing after it.",
  malformed_request: "A header, the URL or the body is malformed. `detail` names it.",
  invalid_cursor: "The cursor is not from this list with these filters. Start again without a cursor.",
  invalid_limit: "`limit` is not a whole number in the range of this list.",
  invalid_after: "`after` (or `Last-Event-ID`) is not a position, or is beyond the newest event, which is `lastSeq`.",
  unsupported_media_type: "The endpoint does not accept the body's media type, character set or Content-Encoding.",
  invalid_request:
    "The body or the query is well-formed but has invalid values. `errors` has a pointer for each of them.",
  invalid_path: "A file's path is not portable, or leaves its folder. `errors` names the path and the reason.",
  invalid_content: "A file's content cannot be stored as text. Send bytes that are not valid UTF-8 as base64.",
  invalid_url: "A webhook's URL is not a public https URL on port 443 or 8443.",
  invalid_host:
    "The host cannot be used here: it must be a public domain name, and not the platform's own. `detail` says why.",
  invalid_archive: "The file is not a zip or tar.gz that can be imported. `detail` says why.",
  payload_too_large: "The body is larger than the endpoint accepts, which is `limit` bytes.",
  method_not_allowed: "The endpoint does not accept this method. The `Allow` header lists those it accepts.",
  unauthenticated: "The request has no credential. Sign in, or send an API token: `Authorization: Bearer esk_…`.",
  invalid_token: "The credential is unknown, mistyped, expired, revoked or used up. Create another one.",
  invalid_signature: "The signature does not match the body, the secret or the time. Check the trigger's secret.",
  insufficient_scope: "The token lacks the scope that `scope` names. Create a token that has it.",
  forbidden: "The caller may not do this. A token cannot manage tokens or the account: sign in.",
  insufficient_role:
    "The caller's role in the project is lower than the request needs, which `role` names. Ask the project's owner.",
  trigger_disabled: "The trigger is disabled, so deliveries start nothing. Its owner can enable it.",
  bad_origin: "A write with a session cookie came from another origin than the app's. Programs use an API token.",
  not_found: "The resource does not exist, or belongs to another account: the response is the same.",
  precondition_failed: "The project is not in the state that `If-Match` names. Read it again and retry.",
  conflict: "A concurrent change conflicts with the request. Read the current state and retry.",
  file_exists: "The file to create, or the target of a move, already exists. Update it, or choose another path.",
  file_missing: "The file to change, move or delete does not exist.",
  path_conflict:
    "A file would replace a folder, or a folder a file, or the path differs from an existing one only by case.",
  revision_conflict: "A path changed since `expectedRevision`. `conflicts` has the contents of base, yours and theirs.",
  file_too_large: "A file is larger than the owner's plan allows. `path`, `bytes` and `limit` give the details.",
  project_too_large: "The project would have more files or bytes than the owner's plan allows.",
  not_waiting: "The run is not waiting for an answer. Read its status.",
  name_taken: "Another project has the name, or had it in the last 30 days. Choose another name.",
  domain_taken: "The domain is attached to another project. Detach it there first.",
  domains_not_configured: "The operator has not configured custom domains. A client cannot fix this.",
  imports_not_configured: "The operator has not configured imports by address. A client cannot fix this.",
  import_refused:
    "The address is not a public repository at a configured host, or the host has no such branch, tag or folder. `detail` says which.",
  build_failed: "The app does not build at this revision. `diagnostics` lists the compiler's errors.",
  read_only:
    "The endpoint executes only statements that read, and changes only rows with a rowid. `detail` names the reason.",
  invalid_query: "SQLite does not understand the statement. `detail` has SQLite's message.",
  query_refused:
    "The statement recurs or may have to read too many rows, and the app would wait for it. Join by indexed columns, or read fewer rows.",
  constraint_failed: "The row violates a constraint of its table. `detail` has SQLite's message.",
  idempotency_key_reused: "The Idempotency-Key was used for another request. Use a new key for each write.",
  idempotency_in_flight:
    "The first request with this Idempotency-Key is still running. Send it again after `Retry-After`.",
  events_trimmed: "The run's events have expired. Its messages and its result are still available.",
  snapshot_expired: "The snapshot of that time is no longer kept. `GET …/snapshots` lists those that are.",
  unknown_agent: "There is no agent of this name. `GET /v1/agents` lists the agents.",
  invalid_agent: "The agent's file is invalid. `errors` names the lines.",
  budget_exceeded: "Not enough of the day's budget is left. It resets at midnight UTC, or raise it in the settings.",
  repeated_error: "The run kept failing in the same way and was stopped.",
  model_not_configured: "The operator has not configured a model.",
  model_overloaded: "The model's server is overloaded. Try again later.",
  model_refused: "The model's server refused the request. `detail` says why.",
  model_failed: "The model's server failed or could not be reached. Try again later.",
  start_lost: "The run was accepted but has not started yet. Try again in a moment.",
  rate_limited: "Too many requests of this kind. `Retry-After` says when to retry, `RateLimit` how many are left.",
  capability_refused:
    "The link to a preview or a file has expired, was revoked or is for something else. Open the preview again.",
  outcome_unknown:
    "The connection to the database failed during the commit. Send the same request again with its Idempotency-Key.",
  dependency_down: "A dependency is unavailable. Try again after `Retry-After`.",
  misconfigured: "The operator's configuration is faulty. A client cannot fix this.",
  account_suspended: "The operator has suspended the account. Contact support.",
  email_not_verified: "The account's email address must be verified first. Open the link that was emailed to it.",
  second_factor_required:
    "The administration needs a session with a second factor. Set one up in the account's settings, or enter a code there.",
  deletion_pending: "The account is scheduled for deletion. Cancel the deletion in its settings first.",
  storage_exceeded:
    "The account's files and their history need more bytes than its plan allows. Delete projects, or change the plan.",
  limit_reached: "The account has the maximum number of things of this kind, which is `limit`. Delete one first.",
  platform_budget_exceeded:
    "The installation has spent its daily budget. Its operator has been notified; it resets at midnight UTC.",
  internal: "Something went wrong on the server and has been recorded. Report it with the `requestId` if it persists.",
};
