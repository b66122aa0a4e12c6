import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { Forbidden, NotFound, type OrganizationScope, type Permission, requirePermission } from '@/lib/access'
import type { Operator } from '@/lib/accounts/operators'
import { unavailable } from '@/lib/http/http-handler'
import { pageContext } from '@/lib/http/page-context'
import type { Management } from '@/lib/management/management'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'

type RouteContext = {
  readonly operator: Operator
  readonly scope: OrganizationScope
  /** The same at a later time; null for who has signed out, or may not any more. */
  readonly scopeNow: () => Promise<OrganizationScope | null>
  readonly management: Management
  readonly query: URLSearchParams
  /** The parts of the address, by their names. */
  readonly params: Params
  readonly request: Request
}

type Params = { readonly organization: string; readonly id?: string; readonly server?: string }
type Props = { readonly params: Promise<Params> }

/**
 * A response that is no page, with the checks of one: a session, 404 without membership, 403 without the permission.
 */
export function consoleRoute(
  permission: Permission,
  answer: (context: RouteContext) => Response | Promise<Response>,
) {
  return async (request: Request, { params: given }: Props): Promise<Response> => {
    await pageContext(management)
    const [params, browser] = [await given, new Headers(await headers())]
    const visit = async () => {
      const operator = await (await accounts()).current(browser)
      if (!operator) return null
      const scope = await (await accounts()).scope(operator, params.organization)
      requirePermission(scope, permission)
      return { operator, scope }
    }
    const visitor = await visit().catch(refusal)
    if (!visitor) redirect(routes.signIn())
    if (visitor instanceof Response) return visitor
    const scopeNow = async () => {
      const now = await visit().catch(refusal)
      return now && !(now instanceof Response) ? now.scope : null
    }
    const query = new URL(request.url).searchParams
    try {
      return await answer({ ...visitor, scopeNow, management: await management(), query, params, request })
    } catch (error) {
      return refusal(error)
    }
  }
}

function refusal(error: unknown): Response {
  if (error instanceof NotFound) return new Response(null, { status: 404 })
  if (error instanceof Forbidden) return new Response(null, { status: 403 })
  return new Response(null, unavailable(error))
}

/** A file, whole or written while it is sent. */
export function download(name: string, type: string, parts: string | AsyncGenerator<string>): Response {
  const body = typeof parts === 'string' ? parts : streamed(parts)
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}

function streamed(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => void (await parts.return(undefined)),
  })
}
