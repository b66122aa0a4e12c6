import { parseSetCookieHeader } from 'better-auth/cookies'
import { cookies, headers } from 'next/headers'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { routes } from '@/lib/routes'
import { accounts } from '@/lib/services/services'
import { Refusal } from './console-action'

/** What signing in led to. */
type Opened = { readonly isSecondFactorMissing: boolean }

/**
 * Signs an operator in, in this browser.
 *
 * @throws Refusal when that is not possible
 */
export async function openSession(credentials: { email: string; password: string }): Promise<Opened> {
  const body = await callAccounts('/sign-in/email', credentials, 'signIn.refused')
  return {
    isSecondFactorMissing: (body as { twoFactorRedirect?: boolean } | null)?.twoFactorRedirect === true,
  }
}

/**
 * Signs in who has just made an account, which is there for good: where that is not possible at the moment, they sign in
 * as they will the next time.
 *
 * @param goTo where they go when they are in
 */
export async function openFirstSession(
  credentials: { email: string; password: string },
  goTo: string,
): Promise<{ readonly goTo: string }> {
  try {
    await openSession(credentials)
    return { goTo }
  } catch (error) {
    if (error instanceof Refusal || error instanceof StoreUnavailable) return { goTo: routes.signIn() }
    throw error
  }
}

/**
 * Has better-auth do something for this browser, and hands its cookies on.
 *
 * @returns what it answered
 * @throws Refusal with the given sentence when it refused, and with another one when it could not
 */
export async function callAccounts(
  path: string,
  body: Readonly<Record<string, unknown>>,
  refused: Refusal['key'],
): Promise<unknown> {
  const response = await (await accounts()).call(path, body, await headers())
  if (response.status === 429) throw new Refusal('signIn.tooMany')
  if (response.status >= 500) throw new Refusal('signIn.failed')
  if (!response.ok) throw new Refusal(refused)
  await takeCookies(response)
  return response.json().catch(() => null)
}

async function takeCookies(response: Response): Promise<void> {
  const store = await cookies()
  for (const header of response.headers.getSetCookie())
    for (const [name, { value, 'max-age': maxAge, samesite: _, ...attributes }] of parseSetCookieHeader(
      header,
    ))
      store.set(name, decodeURIComponent(value), {
        path: attributes.path ?? '/',
        httpOnly: attributes.httponly === true,
        secure: attributes.secure === true,
        sameSite: 'lax',
        ...(maxAge !== undefined && { maxAge: Number(maxAge) }),
      })
}
