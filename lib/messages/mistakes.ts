import type { Catalogue, Language } from './catalogue'
import { MISTAKES_DE } from './mistakes-de'
import { MISTAKES_EN } from './mistakes-en'

export type MistakeCode = keyof typeof MISTAKES_EN

/** What can be wrong, without where. */
export type Wrong = {
  readonly code: MistakeCode
  /** Values of the sentence; `problem` is a code, too, and of a list one is to be chosen. */
  readonly params?: { readonly [name: string]: string | number | readonly string[] }
}

const SENTENCES: Catalogue<MistakeCode> = { en: MISTAKES_EN, de: MISTAKES_DE }
const OR = { en: ' or ', de: ' oder ' } as const

export const isMistakeCode = (text: string): text is MistakeCode => Object.hasOwn(MISTAKES_EN, text)

/** The sentence that says it. Values are never read as part of a sentence. */
export function mistakeSentence({ code, params = {} }: Wrong, language: Language): string {
  return SENTENCES[language][code].replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = params[name]
    if (Array.isArray(value)) return value.join(OR[language])
    if (name === 'problem' && typeof value === 'string' && isMistakeCode(value))
      return mistakeSentence({ code: value, params }, language)
    return value === undefined ? placeholder : String(value)
  })
}

/** What is not there, or is somebody else's. @param kind as `NotFound` names it */
export function notFoundSentence(kind: string, language: Language): string {
  if (language === 'en') return `there is no such ${kind}`
  return `${(Object.hasOwn(KINDS, kind) && KINDS[kind]) || kind} gibt es nicht`
}

const KINDS: Readonly<Record<string, string>> = {
  'API key': 'diesen API-Schlüssel',
  'audit log': 'dieses Prüfprotokoll',
  client: 'diesen Client',
  connection: 'diese Verbindung',
  delivery: 'diese Zustellung',
  grant: 'diese Freigabe',
  invitation: 'diese Einladung',
  link: 'diesen Link',
  login: 'diese Anmeldung',
  member: 'dieses Mitglied',
  operator: 'diesen Betreiber',
  organization: 'diese Organisation',
  person: 'diese Person',
  server: 'diesen Server',
  'setup link': 'diesen Einrichtungslink',
  test: 'diesen Test',
  user: 'diesen Benutzer',
  webhook: 'diesen Webhook',
}
