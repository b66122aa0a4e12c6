import { OAuthError } from './errors'

/** What the client asks the user to be shown (OpenID Connect Core §3.1.2.1). */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account'

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
