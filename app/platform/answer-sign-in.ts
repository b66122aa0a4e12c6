import type { PlatformAccounts, SignedIn } from '@/lib/accounts/platform'
import { readForm } from '@/lib/http/body'
import { isFromOurPage } from '@/lib/http/browser/form-origin'
import { seeOther } from '@/lib/http/see-other'
import { isCodeChallenge } from '@/lib/oauth/protocol/pkce'
import { callbackUrl } from '@/lib/oauth/protocol/urls'

/** What goes along from one page to the next. */
const CARRIED = ['state', 'code_challenge', 'prompt', 'max_age']

/**
 * Signs a user in and redirects to the callback with a code; back to the page when that fails. Only our own page can
 * send this form: `Origin` must be ours.
 */
export async function answerSignIn(
  request: Request,
  publicUrl: string,
  accounts: PlatformAccounts,
): Promise<Response> {
  if (!isFromOurPage(request.headers, publicUrl)) return notOurs()
  const [, , id = ''] = new URL(request.url).pathname.split('/')
  const connection = await accounts.connection(decodeURIComponent(id))
  if (!connection) return notOurs()
  const form = await readForm(request)
  const challenge = form.get('code_challenge') ?? ''
  if (!isCodeChallenge(challenge)) return notOurs()
  const wishes = { prompt: form.get('prompt'), maxAge: form.get('max_age') }
  const known =
    form.get('known') === 'yes' ? await accounts.known(connection.id, wishes, request.headers) : null
  if (known) return toCallback(publicUrl, form, known, await accounts.issueCode(known, challenge))
  const address = form.get('address') ?? ''
  const answer = await accounts.signIn(
    connection.id,
    { address, password: form.get('password') ?? '' },
    request.headers,
  )
  const cookies = answer.headers.getSetCookie()
  const user = answer.ok ? await accounts.current(connection.id, asSent(cookies)) : null
  if (!user)
    return back(publicUrl, connection.id, form, [429, 503].includes(answer.status) ? 'tooMany' : 'wrong')
  return toCallback(publicUrl, form, user, await accounts.issueCode(user, challenge), cookies)
}

const notOurs = () =>
  new Response('this form is not ours\n', { status: 400, headers: { 'cache-control': 'no-store' } })

/** The cookies of an answer, as the browser would send them with the next request. */
function asSent(cookies: readonly string[]): Headers {
  return new Headers({ cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') })
}

function toCallback(
  publicUrl: string,
  form: URLSearchParams,
  { connectionId }: SignedIn,
  code: string,
  cookies: readonly string[] = [],
): Response {
  const query = new URLSearchParams({ code, state: form.get('state') ?? '' })
  return seeOther(`${callbackUrl(publicUrl, connectionId)}?${query}`, cookies)
}

function back(publicUrl: string, connectionId: string, form: URLSearchParams, refused: string): Response {
  const carried = CARRIED.flatMap((name) => (form.has(name) ? [[name, form.get(name) ?? '']] : []))
  const query = new URLSearchParams([
    ...carried,
    ['refused', refused],
    ['login_hint', form.get('address') ?? ''],
  ])
  return seeOther(`${publicUrl}/platform/${connectionId}?${query}`, [])
}
