import { z } from 'zod'

/** A secret in settings: the stored one, or a new one. Without either, there is none. */
export type Secret = { readonly keep: true } | { readonly set: string }

/** What was entered in its place; `wrong` says why it cannot be read. */
export type SecretInput = Secret | { readonly wrong: string }

/** Characters of a secret that is stored only as a SHA-256 digest: too many to be guessed. */
const HASHED_SECRET_LENGTH = 32

/** Stored sealed, because it is sent to the identity provider. */
export const sealedSecret = secret(1)

/** Stored only as its SHA-256 digest. */
export const hashedSecret = secret(HASHED_SECRET_LENGTH)

export const isSecret = (schema: z.ZodType): boolean => schema === sealedSecret || schema === hashedSecret

/** Messages never quote the secret. */
function secret(minimum: number) {
  return z.custom<SecretInput>().transform((given, context): Secret => {
    const mistake = 'wrong' in given ? given.wrong : 'set' in given && unsound(given.set, minimum)
    if (!mistake && !('wrong' in given)) return given
    context.issues.push({ code: 'custom', message: mistake || 'is missing', input: undefined })
    return z.NEVER
  })
}

function unsound(secret: string, minimum: number): string | undefined {
  if (secret === '') return 'the secret is empty'
  // RFC 6749 appendix A.2: printable ASCII.
  if (!/^[\x20-\x7e]+$/.test(secret)) return 'the secret must be one line of printable ASCII characters'
  if (secret.length < minimum)
    return `the secret is shorter than ${minimum} characters: make one with openssl rand -hex 32`
  return undefined
}
