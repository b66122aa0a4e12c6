/** So many of one column or member: rows are alike, and each string is tried at every place that takes a secret. */
const OF_A_KIND = 2

/**
 * The strings in copies of databases that could open something, and what they may be part or another form of: JSON is
 * looked into, hashes are written as tokens are.
 *
 * @param lines rows as JSON, each table's after a line with its name; or keys and values
 */
export function copiedStrings(lines: readonly string[]): readonly string[] {
  const found = new Map<string, Set<string>>()
  const add = (place: string, text: string) => {
    const kept = found.get(place) ?? new Set()
    found.set(place, kept)
    if (kept.size < OF_A_KIND && isSecretive(text)) kept.add(text)
  }
  const take = (place: string, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) take(place, item)
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) {
        add(`${place} name`, name)
        take(`${place}.${name}`, item)
      }
    else if (typeof value === 'string') takeText(place, value)
  }
  const takeText = (place: string, text: string) => {
    const inside = parsed(text)
    if (inside) return take(place, inside)
    add(place, text)
    for (const part of text.split(/[:. /|]/)) add(`${place} part`, part)
    const hex = /^(?:\\x)?((?:[\da-f]{2}){16,})$/.exec(text)?.[1]
    if (hex) add(`${place} bytes`, Buffer.from(hex, 'hex').toString('base64url'))
  }
  let table = ''
  for (const line of lines)
    if (/^[a-z_]+$/.test(line)) table = line
    else takeText(table, line)
  return [...new Set([...found.values()].flatMap((kept) => [...kept]))]
}

/** Nothing that opens anything is shorter, has a space, or is a time. (User codes are guessed at elsewhere.) */
const isSecretive = (text: string) => /^[\w.~+/=:-]{16,}$/.test(text) && !/^\d{4}-\d\d-\d\dT/.test(text)

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
