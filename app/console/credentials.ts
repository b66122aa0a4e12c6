import { z } from 'zod'
import { MIN_PASSWORD_LENGTH, passwordProblem } from '@/lib/accounts/password'
import { InvalidInput } from '@/lib/configuration/mistakes'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { text } from './console-action'
import { language } from './console-page'

/**
 * The e-mail address and the new password of a form.
 *
 * @throws InvalidInput naming what cannot be
 */
export async function newCredentials(form: FormData): Promise<{ email: string; password: string }> {
  const t = translator(messages, await language())
  const email = text(form, 'email')
  if (z.email().safeParse(email).success) return { email, password: await newPassword(form) }
  throw new InvalidInput([{ path: ['email'], message: t('setup.emailInvalid') }])
}

/**
 * The new password of a form, as it was typed: white space at its ends counts.
 *
 * @throws InvalidInput when it is too short or too long
 */
export async function newPassword(form: FormData): Promise<string> {
  const t = translator(messages, await language())
  const password = String(form.get('password') ?? '')
  const problem = passwordProblem(password)
  if (!problem) return password
  throw new InvalidInput([{ path: ['password'], message: t(problem, { count: MIN_PASSWORD_LENGTH }) }])
}
