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
}

type Props = { readonly params: Promise<{ readonly organization: string }> }

/**
 * A response that is no page, with the checks of one: a session, 404 without membership, 403 without the permission.
 */
export function consoleRoute(permission: Permission, answer: (context: RouteContext) => Response) {
  return async (request: Request, { params }: Props): Promise<Response> => {
    await pageContext(management)
    const operator = await (await accounts()).current(await headers())
    if (!operator) redirect(routes.signIn())
    try {
      const scope = await (await accounts()).scope(operator, (await params).organization)
      requirePermission(scope, permission)
      return answer({ scope, management: await management(), query: new URL(request.url).searchParams })
    } catch (error) {
      if (error instanceof NotFound) return new Response(null, { status: 404 })
      if (error instanceof Forbidden) return new Response(null, { status: 403 })
      throw error
    }
  }
}

/** A file that is written while it is sent. */
export function download(name: string, type: string, parts: AsyncGenerator<string>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => void (await parts.return(undefined)),
  })
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}
