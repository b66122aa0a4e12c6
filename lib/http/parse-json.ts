/** Objects and lists within one another. An honest body of this protocol has five (`jwks` with an `x5c`). */
const MAX_DEPTH = 32

/**
 * `JSON.parse` for untrusted text. It parses any depth, but code that later compares, serializes or stores the value
 * recurses, and some thousand brackets would overflow its stack.
 *
 * @throws SyntaxError when it is not JSON, RangeError when it nests more than 32 deep
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (isDeeper(value, MAX_DEPTH)) throw new RangeError('the JSON is nested too deeply')
  return value
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
}

/** Whether no text in it, nor any member's name, has half a surrogate pair: no database could hold it. */
export const isWellFormed = (value: unknown): boolean => everyText(value, (text) => text.isWellFormed())

/** Whether a check holds of every text in a JSON value, and of every member's name. */
export function everyText(value: unknown, check: (text: string) => boolean): boolean {
  if (typeof value === 'string') return check(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, member]) => check(name) && everyText(member, check))
}
