/** The languages of pages; the first one is the default. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** The sentences of one part of the pages. `{name}` stands for a value. */
export type Catalogue<Key extends string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>

export type Translate<Key extends string> = {
  (key: Key, values?: Readonly<Record<string, string | number>>): string
  readonly language: Language
}

/** @param de the same sentences in German: one that is missing does not compile */
export function catalogue<Key extends string>(
  en: Readonly<Record<Key, string>>,
  de: Readonly<Record<NoInfer<Key>, string>>,
): Catalogue<Key> {
  return { en, de }
}

/** Sentences in one language, with their values filled in. */
export function translator<Key extends string>(from: Catalogue<Key>, language: Language): Translate<Key> {
  const translate = (key: Key, values: Readonly<Record<string, string | number>> = {}) =>
    from[language][key].replace(/\{(\w+)\}/g, (placeholder, name: string) =>
      String(values[name] ?? placeholder),
    )
  return Object.assign(translate, { language })
}

/** The first language of an `Accept-Language` header that we speak, by its weights (RFC 9110 §12.5.4). */
export function languageOf(acceptLanguage: string | null): Language {
  const wanted = (acceptLanguage ?? '').split(',').map((range) => {
    const [tag = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
    return { language: tag.split('-')[0], weight: Number.isFinite(weight) ? weight : 0 }
  })
  const spoken = wanted
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ language }) => LANGUAGES.find((known) => known === language))
  return spoken.find((language) => language !== undefined) ?? LANGUAGES[0]
}

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** How far a point in time is from now, in its largest whole unit: "2 hours ago", "in 3 days". */
export function formatAgo(at: Date, now: Date, language: Language): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60]
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  if (Math.abs(seconds) < 60) return (seconds < CLOSE ? JUST_NOW : SOON)[language]
  return format.format(Math.trunc(seconds / length), unit)
}

const JUST_NOW: Readonly<Record<Language, string>> = { en: 'just now', de: 'gerade eben' }
const SOON: Readonly<Record<Language, string>> = { en: 'in a moment', de: 'gleich' }

/** Seconds that may lie between two clocks: what has just happened does not lie ahead. */
const CLOSE = 5

/** The same of what is certain to lie ahead, however near: never "just now". */
export function formatAhead(at: Date, now: Date, language: Language): string {
  return formatAgo(new Date(Math.max(at.getTime(), now.getTime() + CLOSE * 1000)), now, language)
}

/** A point in time as people read it, in UTC: operators compare it with the logs of others. */
export function formatInstant(at: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  })
  return `${format.format(at)} UTC`
}
