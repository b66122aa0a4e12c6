import { z } from 'zod'
import type { Wrong } from '@/lib/messages/mistakes'

/** A secret in settings: the stored one, or a new one. Without either, there is none. */
export type Secret = { readonly keep: true } | { readonly set: string }

/** What was entered in its place; `wrong` says why it cannot be read. */
export type SecretInput = Secret | { readonly wrong: Wrong }

/** Characters of a secret that is stored only as a SHA-256 digest: too many to be guessed. */
const HASHED_SECRET_LENGTH = 32

/** Stored sealed, because it is sent to the identity provider. */
export const sealedSecret = secret(1)

/** Stored only as its SHA-256 digest. */
export const hashedSecret = secret(HASHED_SECRET_LENGTH)

export const isSecret = (schema: z.ZodType): boolean => schema === sealedSecret || schema === hashedSecret

function secret(minimum: number) {
  return z.custom<SecretInput>().transform((given, context): Secret => {
    if ('wrong' in given) return refuse(given.wrong, context)
    const wrong = 'set' in given && unsound(given.set, minimum)
    return wrong ? refuse(wrong, context) : given
  })
}

/** Nothing quotes the secret. */
function refuse({ code, params }: Wrong, context: z.core.$RefinementCtx): never {
  context.issues.push({ code: 'custom', message: code, params, input: undefined })
  return z.NEVER
}

function unsound(secret: string, minimum: number): Wrong | undefined {
  if (secret === '') return { code: 'secret_empty' }
  // RFC 6749 appendix A.2: printable ASCII.
  if (!/^[\x20-\x7e]+$/.test(secret)) return { code: 'secret_not_ascii' }
  return secret.length < minimum ? { code: 'secret_too_short', params: { count: minimum } } : undefined
}
