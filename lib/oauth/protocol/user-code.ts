/**
 * User codes (RFC 8628 §6.1): read from one screen and typed on another. Consonants alone, so that no word comes of
 * them and nothing is taken for a digit; 8 of 20 letters make 34 bits, enough for codes that live ten minutes and
 * guesses that are counted.
 */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'

const LENGTH = 8

/** Longer input is not looked at. */
const MAX_TYPED = 64

/** @param randomInt a random whole number from 0 up to, not including, its argument */
export function newUserCode(randomInt: (limit: number) => number): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')
}

/**
 * Normalizes a user code as it was typed: without separators, in upper case (RFC 8628 §6.1).
 *
 * @returns null for what cannot be one
 */
export function readUserCode(typed: string): string | null {
  if (typed.length > MAX_TYPED) return null
  const letters = typed.toUpperCase().replace(/[\s\p{Pd}._]/gu, '')
  return letters.length === LENGTH && [...letters].every((letter) => ALPHABET.includes(letter))
    ? letters
    : null
}

/** As it is shown: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`
}
