/**
 * The address of a page of the console without parameters that say nothing: a form that asks sends every field, also
 * those that are empty, and the address is what is kept and passed on.
 *
 * @param target path and query of the request, as they came
 * @returns null where nothing is left out
 */
export function shortAddress(target: string): string | null {
  const [path = '', ...rest] = target.split('?')
  if (!/^\/console(\/|$)/.test(path) || rest.length === 0) return null
  const parameters = rest.join('?').split('&')
  const given = parameters.filter((parameter) => parameter !== '' && !/^[^=]*=$/.test(parameter))
  if (given.length === parameters.length) return null
  return given.length === 0 ? path : `${path}?${given.join('&')}`
}
