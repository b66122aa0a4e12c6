import { z } from 'zod'
import { MIN_PASSWORD_LENGTH, passwordProblem } from '@/lib/accounts/password'
import { invalid } from '@/lib/configuration/mistakes'
import { text } from './console-action'

/**
 * The e-mail address and the new password of a form.
 *
 * @throws InvalidInput naming what cannot be
 */
export function newCredentials(form: FormData): { email: string; password: string } {
  const email = text(form, 'email')
  if (z.email().safeParse(email).success) return { email, password: newPassword(form) }
  throw invalid('email', 'not_an_email_address')
}

/**
 * The new password of a form, as it was typed: white space at its ends counts.
 *
 * @throws InvalidInput when it is too short or too long
 */
export function newPassword(form: FormData, field = 'password'): string {
  const password = String(form.get(field) ?? '')
  const problem = passwordProblem(password)
  if (problem) throw invalid(field, problem, { count: MIN_PASSWORD_LENGTH })
  return password
}
