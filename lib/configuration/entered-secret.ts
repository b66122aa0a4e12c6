import { type Entry, InvalidInput } from './change-configuration'

export type EnteredSecret = {
  /** The entry as a configuration file has it: with a reference in place of the secret. */
  readonly entry: Entry
  /** What the reference stands for. */
  readonly secrets: Readonly<Record<string, string>>
  /** It was left out: what is stored stays. `null` removes it. */
  readonly keep: boolean
}

/**
 * Takes a secret that was entered out of an entry. Whatever it is, it is never read as a reference to a variable or a
 * file of ours.
 *
 * @throws InvalidInput when it is empty
 */
export function enteredSecret(body: Entry, key: string): EnteredSecret {
  const { [key]: value, ...entry } = body
  if (value === undefined) return { entry, secrets: {}, keep: true }
  if (value === null) return { entry, secrets: {}, keep: false }
  if (value === '') throw new InvalidInput([{ path: [key], message: 'is empty' }])
  if (typeof value !== 'string') throw new InvalidInput([{ path: [key], message: 'must be text' }])
  return { entry: { ...entry, [key]: 'env:ENTERED' }, secrets: { ENTERED: value }, keep: false }
}
