import { type NextRequest, NextResponse } from 'next/server'
import { readConfig } from './lib/config'
import { isFromOurPage } from './lib/http/browser/form-origin'
import { shortAddress } from './lib/http/browser/short-address'
import { isAction, isMultipart, isReadableForm, MAX_FORM } from './lib/http/node/action-call'
import { isOfFramework, NONCE_HEADER, pagePolicy } from './lib/http/page-policy'
import { routes } from './lib/routes'

/**
 * What `server.ts` does for pages, where Next runs without it: the policy, and that forms come from our pages. Decision
 * 0123.
 *
 * The matcher leaves out what is no page. `server.ts` marks its requests with a line break, which no client can send in
 * a header, so that nothing runs twice. Next reads it when it builds: nothing in it can be imported.
 * The second one is for whatever has a `%` that is no ASCII character: Next calls what cannot be read an error of ours.
 * The third one is for names with NUL, where they would be looked for in the database.
 */
export const config = {
  matcher: [
    {
      source:
        '/((?!_next/|api/|s/|scim/|signals/|\\.well-known/|oauth/(?!consent/?$|device/?$|device/done/?$)|account/(?:disconnect|link|open)$|platform/[^/]+/sign-in$|setup/connection/[^/]+/test$|console/sign-in/(?:callback|with)/|console/[^/]+/(?:audit/export|access/users/[^/]+/data|logins/tail|servers/[^/]+/next-steps/progress|connections/[^/]+/test)$|(?:authorize|token|register|healthz|readyz)$|[a-z-]+\\.(?:css|js|svg)$).*)',
      missing: [{ type: 'header', key: 'x-vestibule-own-server', value: '\\n' }],
    },
    {
      source: '/(.*%(?![0-7][0-9A-Fa-f]).*)',
      missing: [{ type: 'header', key: 'x-vestibule-own-server', value: '\\n' }],
    },
    {
      source: '/((?!(?:api|oauth|s|scim|signals)/).*%00.*)',
      missing: [{ type: 'header', key: 'x-vestibule-own-server', value: '\\n' }],
    },
  ],
}

export async function proxy(request: NextRequest): Promise<Response> {
  // No page has such a name; Next would call it an error of ours, or take it for one that there is.
  if (!isReadable(request.nextUrl.pathname)) return refuse(400, 'bad path')
  if (isOfFramework(request.nextUrl.pathname)) return refuse(404, 'nothing is here')
  const { publicUrl } = readConfig()
  const refusal = await refusedForm(request, publicUrl)
  if (refusal) return refusal
  const { pathname, search } = request.nextUrl
  const short = request.method === 'GET' ? shortAddress(pathname + search) : null
  if (short !== null) return NextResponse.redirect(publicUrl + short, 303)
  const headers = new Headers(request.headers)
  // Next would compare the origin of a form with it, and take any of these for its own.
  for (const name of ['x-forwarded-host', 'content-security-policy', 'content-security-policy-report-only'])
    headers.delete(name)
  const page = pagePolicy(pathname)
  headers.delete(NONCE_HEADER)
  // Next's own scripts get none: no page runs them (decision 0132).
  if (page?.nonce) headers.set(NONCE_HEADER, page.nonce)
  // A form that came through is ours, also where the browser kept its origin to itself.
  if (isForm(request)) headers.set('origin', publicUrl)
  // A page cannot say so itself and show anything without JavaScript.
  const status = pathname === routes.forbidden() ? 403 : 200
  const response = NextResponse.next({ request: { headers }, status })
  // Next reads it as well: it looks for a nonce for its own scripts in the first directive that begins with `script-src`.
  if (page) response.headers.set('content-security-policy', `script-src-attr 'none'; ${page.policy}`)
  return response
}

function isReadable(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes('\0')
  } catch {
    return false
  }
}

const isForm = ({ method, headers }: NextRequest): boolean =>
  isAction(method, {
    contentType: headers.get('content-type') ?? '',
    nextAction: headers.get('next-action'),
  })

/** Next lets a form without an origin in, and calls a wrong one an error of ours. */
async function refusedForm(request: NextRequest, publicUrl: string): Promise<Response | null> {
  if (!isForm(request)) return null
  if (!isFromOurPage(request.headers, publicUrl)) return refuse(403, 'this form is not ours')
  if (request.headers.get('host') !== new URL(publicUrl).host) return refuse(404, 'not this host')
  const contentType = request.headers.get('content-type') ?? ''
  const isCall = request.headers.has('next-action')
  if (!isMultipart(contentType)) return isCall ? refuse(400, 'the form cannot be read') : null
  const body = await request.arrayBuffer().catch(() => null)
  const isSound =
    body && body.byteLength <= MAX_FORM && (await isReadableForm(new Uint8Array(body), contentType, isCall))
  return isSound ? null : refuse(400, 'the form cannot be read')
}

const refuse = (status: number, why: string): Response =>
  new Response(`${why}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
