import type { Path } from '@/lib/configuration/mistakes'
import { InvalidInput, invalid, Outdated } from '@/lib/configuration/mistakes'
import { text } from './console-action'

/** What stands between spaces or line breaks. */
export const words = (form: FormData, name: string): readonly string[] =>
  text(form, name).split(/\s+/).filter(Boolean)

/** Not a number when it is none: the rules say so then. */
export const number = (form: FormData, name: string): number => Number(text(form, name) || 'none')

/** What a `DurationField` sends, in seconds. */
export const seconds = (form: FormData, name: string): number =>
  number(form, name) * Number(text(form, `${name}_unit`) || 1)

export const isChecked = (form: FormData, name: string): boolean => form.has(name)

/**
 * Runs it, and puts every mistake beside a field of the form.
 *
 * @param fieldOf the field's name by the mistake's path; by default the first step of it: `aliases` of `aliases.0`
 */
export async function atFields<T>(
  work: () => Promise<T>,
  fieldOf: (path: Path) => string = (path) => String(path[0] ?? ''),
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const mistakes = error.mistakes.map((mistake) => ({ ...mistake, path: [fieldOf(mistake.path)] }))
    throw error instanceof Outdated ? new Outdated(mistakes, error.version) : new InvalidInput(mistakes)
  }
}

/**
 * Says of all fields at once that nothing was entered, before one of them is read.
 *
 * @throws InvalidInput
 */
export function requireFilled(form: FormData, names: readonly string[]): void {
  const empty = names.filter((name) => text(form, name) === '')
  if (empty.length > 0) throw new InvalidInput(empty.map((name) => ({ path: [name], code: 'empty' })))
}

/**
 * Asks for a tick where a secret that is in use would end.
 *
 * @throws InvalidInput at `replace`
 */
export function requireConfirmation(form: FormData): void {
  if (!isChecked(form, 'replace')) throw invalid('replace', 'not_confirmed')
}
