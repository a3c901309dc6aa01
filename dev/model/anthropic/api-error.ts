/** Error types of the Messages API and their HTTP statuses (https://platform.claude.com/docs/en/api/errors). */
const errorStatus = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  overloaded_error: 529,
} as const;

export type ApiErrorType = keyof typeof errorStatus;

/** An error of the Messages API, sent as its HTTP status and body. */
export class ApiError extends Error {
  readonly type: ApiErrorType;

  constructor(type: ApiErrorType, message: string) {
    super(message);
    this.type = type;
  }

  get status(): number {
    return errorStatus[this.type];
  }

  /** Returns the error body of the API, which is also the data of a stream's `error` event. */
  body(requestId: string) {
    return { type: "error", error: { type: this.type, message: this.message, details: null }, request_id: requestId };
  }
}

const types = Object.keys(errorStatus).filter((type): type is ApiErrorType => type in errorStatus);

/** Returns the API's error type for an HTTP status. */
export const errorTypeOf = (status: number): ApiErrorType =>
  types.find((type) => errorStatus[type] === status) ?? (status >= 500 ? "api_error" : "invalid_request_error");
