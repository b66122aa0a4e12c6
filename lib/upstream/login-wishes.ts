import { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { Prompt } from '@/lib/oauth/protocol/prompt'
import type { ConnectionConfig } from './connection-config'
import type { LoginRequest } from './context'

type Fixed = ConnectionConfig['authorizationParameters']

/**
 * The client's login parameters, as the provider knows them (OIDC Core §3.1.2.1). Parameters that the operator fixed
 * for the connection win, except that a requested fresh login is never weakened. Decision 0026.
 *
 * @returns additions to the operator's parameters, and replacements of them
 * @throws UpstreamError when the client forbids pages and the operator requires one
 */
export function forwardedWishes(login: LoginRequest, fixed: Fixed): Readonly<Record<string, string>> {
  const prompt = promptFor(login.prompt ?? [], fixed.prompt)
  const maxAge = strictest(login.maxAge, fixed.max_age)
  return {
    ...(login.uiLocales && !fixed.ui_locales && { ui_locales: login.uiLocales }),
    ...(login.loginHint && !fixed.login_hint && { login_hint: login.loginHint }),
    ...(prompt && { prompt }),
    ...(maxAge !== undefined && { max_age: maxAge }),
  }
}

/**
 * A provider without OpenID Connect knows none of these parameters. Most can be ignored, but `prompt=none` cannot be
 * promised.
 *
 * @throws UpstreamError
 */
export function refuseSilentLogin({ prompt = [] }: LoginRequest): void {
  if (!prompt.includes('none')) return
  throw new UpstreamError(
    'upstream_interaction_required',
    'The MCP client wants a login without questions (prompt=none), which only OpenID providers know.',
    { interaction: 'login_required' },
  )
}

/** `consent` is about our own page, and the user saw it before. */
function promptFor(asked: readonly Prompt[], fixed: string | undefined): string | undefined {
  const wanted = asked.filter((prompt) => prompt !== 'consent')
  if (!fixed) return wanted.join(' ')
  const standing = fixed.split(' ')
  if (wanted.includes('none') && fixed !== 'none')
    throw new UpstreamError(
      'upstream_interaction_required',
      'The MCP client wants a login without questions (prompt=none), and authorization_parameters of the connection want some.',
      { interaction: 'interaction_required' },
    )
  if (!wanted.includes('login') || standing.includes('login')) return fixed
  return ['login', ...standing.filter((prompt) => prompt !== 'none')].join(' ')
}

function strictest(asked: number | undefined, fixed: string | undefined): string | undefined {
  if (asked === undefined) return fixed
  return String(/^\d+$/.test(fixed ?? '') ? Math.min(asked, Number(fixed)) : asked)
}
