import { z } from 'zod'
import { MIN_PASSWORD_LENGTH, passwordProblem } from '@/lib/accounts/password'
import { InvalidInput } from '@/lib/management/change-configuration'
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
  // As it was typed: white space at its ends counts.
  const password = String(form.get('password') ?? '')
  const problem = passwordProblem(password)
  const mistakes = [
    ...(z.email().safeParse(email).success ? [] : [{ path: ['email'], message: t('setup.emailInvalid') }]),
    ...(problem ? [{ path: ['password'], message: t(problem, { count: MIN_PASSWORD_LENGTH }) }] : []),
  ]
  if (mistakes.length > 0) throw new InvalidInput(mistakes)
  return { email, password }
}
