import type { Permission } from '@/lib/access'

/** A permission as the API names it: `read` has been `look` there from the beginning. */
export const permissionName = (permission: Permission) => (permission === 'read' ? 'look' : permission)

/** Everything that can go wrong: programs may rely on the names. */
export const PROBLEMS = {
  'invalid-parameter': [400, 'A parameter or header is not valid'],
  'malformed-body': [400, 'The body is not JSON'],
  unauthorized: [401, 'An API key is needed'],
  forbidden: [403, 'The API key may not do this'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This address does not take this method'],
  'idempotency-key-in-use': [409, 'The same request is under way'],
  'precondition-failed': [412, 'It is not what the request was made for'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be JSON'],
  'invalid-input': [422, 'What was sent cannot be'],
  'idempotency-key-reused': [422, 'The idempotency key belongs to another request'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong here'],
  unavailable: [503, 'Not available for the moment'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

export type ProblemName = keyof typeof PROBLEMS

/** One thing that is wrong: at a place in the body (RFC 6901), or of a parameter. */
export type ProblemError =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }

type Options = {
  readonly errors?: readonly ProblemError[]
  /** The one that is missing. */
  readonly permission?: Permission
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that says what is wrong (RFC 9457). */
export class Problem extends Error {
  readonly status: number

  constructor(
    readonly problem: ProblemName,
    readonly detail: string,
    readonly options: Options = {},
  ) {
    super(`${problem}: ${detail}`)
    this.name = 'Problem'
    this.status = PROBLEMS[problem][0]
  }

  /** @param publicUrl our origin, under which the types are */
  toBody(publicUrl: string) {
    const { errors, permission } = this.options
    return {
      type: problemType(this.problem, publicUrl),
      title: PROBLEMS[this.problem][1],
      status: this.status,
      detail: this.detail,
      ...(permission && { permission: permissionName(permission) }),
      ...(errors && { errors }),
    }
  }
}

/** A stable address, where the problem is explained. */
export function problemType(name: ProblemName, publicUrl: string): string {
  return `${publicUrl}/api/v1/problems/${name}`
}
