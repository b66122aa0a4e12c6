import type { Language } from '@/lib/messages/catalogue'
import { mistakeSentence, type Wrong } from '@/lib/messages/mistakes'

/** Where something stands in a configuration file: `['organizations', 0, 'servers', 1, 'resource']`. */
export type Path = readonly (string | number)[]

/** Something wrong in what was entered; its sentence, which says what to do about it, is in `lib/messages`. */
export type Mistake = Wrong & {
  readonly path: Path
  /** Where it is instead, when that is outside of what was edited. */
  readonly elsewhere?: string
  /** The key itself is the mistake, not its value. */
  readonly atKey?: true
}

/** A mistake with its place in the text, both counted from 1. */
export type LocatedMistake = Mistake & { readonly line: number; readonly column: number }

/** Thrown with every mistake at once; `message` is ready to print. Holds no secret. */
export class ConfigurationMistakes extends Error {
  /** One line each, in the order of the file: `vestibule.yaml:7:15: organizations[0].name: is missing`. */
  readonly lines: readonly string[]
  readonly mistakes: readonly Mistake[]

  constructor(file: string, mistakes: readonly LocatedMistake[]) {
    const sorted = mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column)
    const lines = sorted.map(
      ({ line, column, path, ...wrong }) =>
        `${file}:${line}:${column}: ${path.length > 0 ? `${formatPath(path)}: ` : ''}${mistakeSentence(wrong, 'en')}`,
    )
    const distinct = [...new Set(lines)]
    super(distinct.join('\n'))
    this.name = 'ConfigurationMistakes'
    this.lines = distinct
    this.mistakes = sorted
  }
}

/** `organizations[0].servers[1].resource` */
function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i > 0 ? `.${step}` : step)).join('')
}

/** What was entered cannot be. Paths begin at what was edited: `['servers', 0, 'resource']`. */
export class InvalidInput extends Error {
  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map((mistake) => `${mistake.path.join('.')}: ${sentenceOf(mistake)}`).join('\n'))
    this.name = 'InvalidInput'
  }
}

/** What was to be changed is no longer what it was when it was read. Each mistake says what is stored now. */
export class Outdated extends InvalidInput {
  /** @param version of what is stored; absent when nothing is */
  constructor(
    mistakes: readonly Mistake[],
    readonly version: string | undefined,
  ) {
    super(mistakes)
    this.name = 'Outdated'
  }
}

/** In English by default: the API and the command line speak it. */
export function sentenceOf({ elsewhere, ...wrong }: Mistake, language: Language = 'en'): string {
  const sentence = mistakeSentence(wrong, language)
  return elsewhere === undefined ? sentence : `${elsewhere}: ${sentence}`
}

/** That there is no room for one more (`lib/store/quotas.ts`). */
export const tooMany = (
  field: string,
  code: 'too_many' | 'too_many_for_a_month',
  most: number | undefined,
): InvalidInput => invalid(field, code, { count: most ?? 0 })

/** What is wrong with one field. */
export const invalid = (field: string, code: Wrong['code'], params?: Wrong['params']): InvalidInput =>
  new InvalidInput([{ path: [field], code, ...(params && { params }) }])
