/** The languages of pages; the first one is the default. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** The sentences of one part of the pages. `{name}` stands for a value. */
export type Catalogue<Key extends string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>

export type Translate<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string

/** @param de the same sentences in German: one that is missing does not compile */
export function catalogue<Key extends string>(
  en: Readonly<Record<Key, string>>,
  de: Readonly<Record<NoInfer<Key>, string>>,
): Catalogue<Key> {
  return { en, de }
}

/** Sentences in one language, with their values filled in. */
export function translator<Key extends string>(from: Catalogue<Key>, language: Language): Translate<Key> {
  return (key, values = {}) =>
    from[language][key].replace(/\{(\w+)\}/g, (placeholder, name: string) =>
      String(values[name] ?? placeholder),
    )
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

/** A point in time as people read it, in UTC: operators compare it with the logs of others. */
export function formatInstant(at: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  })
  return `${format.format(at)} UTC`
}
