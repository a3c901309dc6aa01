import type { ErrorCode } from "../errors.ts";

/** Of each code what it means and what to do about it: its page under `/v1/docs/errors/`, and its words in the document. */
export const errorHelp: Record<ErrorCode, string> = {
  malformed_json: "The body is not valid JSON in UTF-8. Send JSON, with nothing after it.",
  malformed_request: "A header, the address or the way of asking is not well-formed. `detail` names it.",
  invalid_cursor: "The cursor is not one that this list gave out under these filters. Start again without a cursor.",
  invalid_limit: "`limit` is not a whole number in the range of this list.",
  invalid_after: "`after` (or `Last-Event-ID`) is not a position, or lies beyond the newest event, which is `lastSeq`.",
  unsupported_media_type:
    "The body's media type, character set or Content-Encoding is not one that this address takes.",
  invalid_request: "The body or the query is valid in form but not in content. `errors` has a pointer for each fault.",
  invalid_path: "A file's path cannot be used on every system, or would leave its folder. `errors` says which and why.",
  invalid_content: "A file's content cannot be stored as it was sent. Send bytes that are no clean UTF-8 as base64.",
  invalid_url: "A webhook's address is not a public https address on port 443 or 8443.",
  invalid_archive: "The archive is no zip or tar.gz that can be imported. `detail` names what is wrong with it.",
  payload_too_large: "The body has more bytes than this address takes, which is `limit`.",
  method_not_allowed: "The address does not take this method. The `Allow` header lists those that it takes.",
  unauthenticated: "The request has no credential. Sign in, or send an API token: `Authorization: Bearer esk_…`.",
  invalid_token: "The credential is unknown, mistyped, expired, revoked or used up. Create another one.",
  invalid_signature:
    "The signature does not match the body's bytes, the secret or the time. Check the trigger's secret.",
  insufficient_scope: "The token does not have the scope that is named in `scope`. Create a token that has it.",
  forbidden: "The caller may not do this. A token cannot manage tokens or the account: sign in.",
  trigger_disabled: "The trigger is disabled, so deliveries start nothing. Its owner can enable it.",
  bad_origin: "A write by cookie was sent from another origin than the app's. Programs use an API token.",
  not_found: "There is nothing at this address, or it belongs to another account: the answer is the same.",
  precondition_failed: "The project is not in the state that `If-Match` names. Read it again and retry.",
  conflict: "Something that was changed at the same time is in the way. Read the present state and send it again.",
  file_exists: "A file is to be created, or moved, where there is one. Update it, or take another path.",
  file_missing: "A file is to be changed, moved or deleted that is not there.",
  path_conflict:
    "A file would stand where a folder is, or the reverse, or its path differs from another's by case alone.",
  revision_conflict: "A path changed since `expectedRevision`. `conflicts` has the contents of base, yours and theirs.",
  file_too_large:
    "A file has more bytes than the owner's plan allows. `path`, `bytes` and `limit` say which and by how much.",
  project_too_large: "The project would have more files or bytes than the owner's plan allows.",
  not_waiting: "The run is not waiting for an answer. Read its status.",
  build_failed: "The app does not build at this revision. `diagnostics` lists what the compiler said.",
  idempotency_key_reused: "The Idempotency-Key was used for another request. Use a new key for each write.",
  idempotency_in_flight:
    "The first request with this Idempotency-Key is still running. Send it again after `Retry-After`.",
  events_trimmed: "The run's events are no longer kept. Its messages and its result are.",
  unknown_agent: "There is no agent of this name. `GET /v1/agents` lists those there are.",
  invalid_agent: "The agent's file cannot be read. `errors` names the lines at fault.",
  budget_exceeded: "Not enough of the day's budget is left. It resets at midnight UTC; or raise it.",
  repeated_error: "The run kept failing in the same way and was stopped.",
  model_not_configured: "The operator has not set up a model for this.",
  model_overloaded: "The model's server is overloaded. Try again after a while.",
  model_refused: "The model's server refused the request. `detail` says why.",
  model_failed: "The model's server failed or could not be reached. Try again after a while.",
  start_lost: "The run has been accepted and has not begun yet. Ask again in a moment.",
  rate_limited:
    "There were too many requests of this kind. `Retry-After` says when to go on; `RateLimit` what is left.",
  capability_refused:
    "The link to a preview or a file is expired, revoked or for something else. Open the preview again.",
  outcome_unknown:
    "The connection to the database broke while it committed. Send the same request again with its Idempotency-Key.",
  dependency_down: "Something that this depends on does not answer. Try again after `Retry-After`.",
  misconfigured: "The operator's configuration is faulty. There is nothing a client can do.",
  account_suspended: "The operators of this installation have suspended the account. Write to them.",
  email_not_verified: "The account's e-mail address is to be verified first. Open the link that was sent to it.",
  deletion_pending: "The account is about to be deleted. Cancel the deletion in its settings first.",
  storage_exceeded:
    "The account's files and their history take more bytes than its plan allows. Delete projects, or change the plan.",
  limit_reached: "The account has as many things of this kind as it may. Delete one first. `limit` is how many.",
  platform_budget_exceeded:
    "The installation as a whole has spent what it may today. Its operators have been notified; it resets at midnight UTC.",
  internal: "Something went wrong here and has been recorded. Report it with the `requestId` if it goes on.",
};
