import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { Forbidden, NotFound, type OrganizationScope, type Permission, requirePermission } from '@/lib/access'
import { pageContext } from '@/lib/http/page-context'
import type { Management } from '@/lib/management/management'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'

type RouteContext = {
  readonly scope: OrganizationScope
  readonly management: Management
  readonly query: URLSearchParams
  /** The parts of the address, by their names. */
  readonly params: Params
}

type Params = { readonly organization: string; readonly id?: string }
type Props = { readonly params: Promise<Params> }

/**
 * A response that is no page, with the checks of one: a session, 404 without membership, 403 without the permission.
 */
export function consoleRoute(
  permission: Permission,
  answer: (context: RouteContext) => Response | Promise<Response>,
) {
  return async (request: Request, props: Props): Promise<Response> => {
    await pageContext(management)
    const operator = await (await accounts()).current(await headers())
    if (!operator) redirect(routes.signIn())
    try {
      const params = await props.params
      const scope = await (await accounts()).scope(operator, params.organization)
      requirePermission(scope, permission)
      const query = new URL(request.url).searchParams
      return await answer({ scope, management: await management(), query, params })
    } catch (error) {
      if (error instanceof NotFound) return new Response(null, { status: 404 })
      if (error instanceof Forbidden) return new Response(null, { status: 403 })
      throw error
    }
  }
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
