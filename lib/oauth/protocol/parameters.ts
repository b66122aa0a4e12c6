import { OAuthError } from './errors'

/** The parameters of one request. A parameter without a value counts as omitted (RFC 6749 §3.1). */
export type Parameters = {
  /** The first value, or undefined when the parameter is omitted. */
  get(name: string): string | undefined
  /** Every value, for the few parameters that may repeat. */
  getAll(name: string): readonly string[]
  /** Names that occur more than once although they must not. */
  readonly duplicated: readonly string[]
}

/** Enough of a name to recognise it by. */
const NAME_LENGTH = 40

/**
 * Reads query or form parameters by the rules of RFC 6749 §3.1 and §3.2.
 *
 * @param repeatable names that may occur more than once: `resource` (RFC 8707 §2)
 */
export function parseParameters(params: URLSearchParams, repeatable: readonly string[] = []): Parameters {
  const values = new Map<string, string[]>()
  const duplicated = new Set<string>()
  for (const [name, value] of params) {
    const earlier = values.get(name)
    if (earlier && !repeatable.includes(name)) duplicated.add(name)
    const kept = earlier ?? []
    if (value !== '') kept.push(value)
    values.set(name, kept)
  }
  return {
    get: (name) => values.get(name)?.[0],
    getAll: (name) => values.get(name) ?? [],
    duplicated: [...duplicated],
  }
}

/**
 * "Request and response parameters MUST NOT be included more than once" (RFC 6749 §3.1): two readers of one request
 * could otherwise each see another value.
 *
 * @throws OAuthError `invalid_request`
 */
export function requireNoDuplicates(parameters: Parameters): void {
  const [name] = parameters.duplicated
  if (name === undefined) return
  const shown = /^[\x21-\x7e]+$/.test(name) ? name.slice(0, NAME_LENGTH) : 'a parameter'
  throw new OAuthError('invalid_request', `${shown} is given more than once`)
}
