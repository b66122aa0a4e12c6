import { OAuthError } from './errors'

/** What the client asks the user to be shown (OpenID Connect Core §3.1.2.1). */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account'

/** Why there can be no login without asking the user (OpenID Connect Core §3.1.2.6). */
const INTERACTION_ERRORS = [
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
] as const
export type InteractionError = (typeof INTERACTION_ERRORS)[number]

export const isInteractionError = (error: string): error is InteractionError =>
  INTERACTION_ERRORS.some((code) => code === error)

const KNOWN: readonly string[] = ['none', 'login', 'consent', 'select_account'] satisfies Prompt[]

/**
 * The values of `prompt`; unknown ones are ignored.
 *
 * @throws OAuthError `invalid_request` when `none` stands with another one (OpenID Connect Core §3.1.2.1)
 */
export function parsePrompt(value: string | undefined): readonly Prompt[] {
  const given = [...new Set(value?.split(' ') ?? [])].filter((name): name is Prompt => KNOWN.includes(name))
  if (given.includes('none') && given.length > 1)
    throw new OAuthError('invalid_request', 'prompt none stands alone')
  return given
}
