import { type Language, translator } from '../catalogue'
import { messages as reasons } from '../reasons'
import { messages as remedies } from '../remedies'
import { messages as ownServer } from './authorization-server'
import { messages as clients } from './clients'
import { messages as connection } from './connection'
import { detailIn } from './detail'
import { messages as mcpServer } from './mcp-server'
import { messages as parts } from './parts'

/** Everything that findings are said with. */
export const messages = {
  en: { ...mcpServer.en, ...ownServer.en, ...clients.en, ...connection.en, ...parts.en },
  de: { ...mcpServer.de, ...ownServer.de, ...clients.de, ...connection.de, ...parts.de },
}

type Key = keyof (typeof messages)['en']
type Reason = keyof (typeof reasons)['en']

/** What a finding says; what to do about it stands in the catalogues under the same code with `.do`. */
export type FindingCode = Exclude<Key, `${string}.do`>

/** A value of a sentence: as it is, a part in the reader's language, or what is said of a reason of logins. */
export type Value =
  | string
  | number
  | Part
  | { readonly reasonOf: Reason }
  | { readonly remedyOf: Reason }
  /** As timelines keep it. */
  | { readonly detail: string }
export type Part = { readonly part: FindingCode; readonly values?: Values }
export type Values = Readonly<Record<string, Value>>

/** A finding in words: what was seen, and what to do where there is anything to be done. */
export function sayFinding(
  { code, values = {} }: { readonly code: FindingCode; readonly values?: Values },
  language: Language,
): { readonly what: string; readonly remedy?: string } {
  const remedy = `${code}.do`
  return {
    what: say(code, values, language),
    ...(isKey(remedy) && { remedy: say(remedy, values, language) }),
  }
}

const isKey = (key: string): key is Key => Object.hasOwn(messages.en, key)

function say(key: Key, values: Values, language: Language): string {
  const said = Object.entries(values).map(([name, value]) => [name, sayValue(value, language)])
  return translator(messages, language)(key, Object.fromEntries(said))
}

function sayValue(value: Value, language: Language): string | number {
  if (typeof value !== 'object') return value
  if ('detail' in value) return detailIn(value.detail, language).text
  if ('part' in value) return say(value.part, value.values ?? {}, language)
  return 'reasonOf' in value ? reasons[language][value.reasonOf] : remedies[language][value.remedyOf]
}
