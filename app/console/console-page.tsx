import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache, type ReactNode } from 'react'
import { Page } from '@/components/ui/page'
import { Forbidden, NotFound, type OrganizationScope, type Permission, requirePermission } from '@/lib/access'
import type { Operator } from '@/lib/accounts/operators'
import { sayStatus } from '@/lib/http/browser/page-status'
import { pageContext } from '@/lib/http/page-context'
import type { Management } from '@/lib/management/management'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'
import { pageLanguage } from '../page-language'
import { NoSuchThing } from './no-such-thing'

type Query = Readonly<Record<string, string | undefined>>

type Props = {
  readonly params: Promise<Readonly<Record<string, string>>>
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export type ConsoleContext = {
  readonly operator: Operator
  readonly scope: OrganizationScope & { readonly organizationName: string }
  readonly management: Management
  readonly params: Readonly<Record<string, string>>
  /** Of a parameter that is given twice, the first. */
  readonly query: Query
  readonly language: Language
}

/** The signed-in operator; others are redirected to sign in, or to the setup page while there is no operator. */
export const signedIn = cache(async (): Promise<Operator> => {
  await pageContext(management)
  const operator = await (await accounts()).current(await headers())
  return operator ?? redirect(routes.signIn())
})

/**
 * The organization of the address, as the operator may see it.
 *
 * @throws NotFound when it is none of theirs
 */
export const scopeOf = cache(async (organization: string) => {
  const operator = await signedIn()
  return (await accounts()).scope(operator, organization)
})

/**
 * A page of one organization. Without a session it redirects to sign in; without membership it is 404, without the
 * permission 403. Decision 0041.
 */
export function consolePage(permission: Permission, render: (context: ConsoleContext) => Promise<ReactNode>) {
  return async ({ params: given, searchParams }: Props) => {
    const params = decoded(await given)
    try {
      const scope = await scopeOf(params.organization ?? '')
      requirePermission(scope, permission)
      const operator = await signedIn()
      const query = firstOf(await searchParams)
      const services = await management()
      return await render({
        operator,
        scope,
        management: services,
        params,
        query,
        language: await pageLanguage(),
      })
    } catch (error) {
      return asPage(error)
    }
  }
}

/** Next leaves what it found in the path as it was written there. */
function decoded(params: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]))
}

function firstOf(query: Awaited<Props['searchParams']>): Query {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
}

/** Not Next's `notFound()` and `forbidden()`: they show nothing without Next's scripts. */
async function asPage(error: unknown): Promise<ReactNode> {
  if (error instanceof NotFound) {
    sayStatus(404)
    return <NoSuchThing />
  }
  if (!(error instanceof Forbidden)) throw error
  const t = translator(messages, await pageLanguage())
  sayStatus(403)
  return <Page title={t('forbidden.title')} lead={t('forbidden.lead')} />
}
