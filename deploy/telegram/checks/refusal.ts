/** What Telegram adds to some refusals. */
export type ResponseParameters = { retry_after?: number; migrate_to_chat_id?: number };

/** A Bot API call refused with Telegram's own code and text; the route turns it into the JSON answer. */
export class ApiRefusal extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** 400. The detail's first letter is lower-cased as Telegram does, except in its UPPER_CASE error names. */
export function badRequest(detail: string): ApiRefusal {
  const isName = /^[A-Z][A-Z0-9_]+$/.test(detail.split(/[\s:]/)[0] ?? '');
  const text = isName ? detail : detail.charAt(0).toLowerCase() + detail.slice(1);
  return new ApiRefusal(400, `Bad Request: ${text}`);
}

export function forbidden(detail: string): ApiRefusal {
  return new ApiRefusal(403, `Forbidden: ${detail}`);
}

export function conflict(detail: string): ApiRefusal {
  return new ApiRefusal(409, `Conflict: ${detail}`);
}

export function tooManyRequests(retryAfterSeconds: number): ApiRefusal {
  return new ApiRefusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`, {
    retry_after: retryAfterSeconds,
  });
}
