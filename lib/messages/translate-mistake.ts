import type { Language } from './catalogue'
import { MISTAKE_WORDS, MISTAKES } from './mistakes'

type Template = { readonly pattern: RegExp; readonly german: string; readonly names: readonly string[] }

const PLACEHOLDER = /\{(\w+)\}/g

const TEMPLATES: readonly Template[] = Object.entries(MISTAKES).map(([english, german]) => ({
  pattern: new RegExp(`^${escaped(english).replace(/\\\{\w+\\\}/g, '(.+?)')}$`, 's'),
  german,
  names: [...english.matchAll(PLACEHOLDER)].map(([, name]) => name ?? ''),
}))

/**
 * Translates an error into the reader's language.
 *
 * @param mistake as the rules of the configuration word it
 * @returns the error unchanged without a translation
 */
export function translateMistake(mistake: string, language: Language): string {
  if (language === 'en') return mistake
  for (const { pattern, german, names } of TEMPLATES) {
    const found = pattern.exec(mistake)
    if (found)
      return german.replace(PLACEHOLDER, (placeholder, name: string) => {
        const value = found[names.indexOf(name) + 1]
        return value === undefined ? placeholder : translateValue(value)
      })
  }
  return mistake
}

/** A value may itself be a sentence, a word, or a choice. */
function translateValue(value: string): string {
  const word = Object.hasOwn(MISTAKE_WORDS, value) ? MISTAKE_WORDS[value] : undefined
  if (word !== undefined) return word
  const sentence = translateMistake(value, 'de')
  return sentence === value ? value.replaceAll(' or ', ' oder ') : sentence
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
