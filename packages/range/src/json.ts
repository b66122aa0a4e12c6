/** A JSON object of an untrusted server. */
export type Json = Readonly<Record<string, unknown>>

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object that a text is; empty where it is none. */
export function parseJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : {}
  } catch {
    return {}
  }
}

/** A member that is a string. */
export function textOf(json: Json, name: string): string | undefined {
  const value = json[name]
  return typeof value === 'string' ? value : undefined
}

/** The strings of a member that is a list, or one string. */
export function listOf(json: Json, name: string): readonly string[] {
  const value = json[name]
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')
}
