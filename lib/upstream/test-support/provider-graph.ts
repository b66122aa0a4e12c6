import type { IncomingHttpHeaders } from 'node:http'

/** A page of memberships, as Microsoft Graph has them. */
export function graphAnswer(
  memberships: readonly (readonly object[])[] = [[]],
  { origin, pathname, searchParams }: URL,
  { authorization }: IncomingHttpHeaders,
): { readonly status?: number; readonly body: object } {
  if (!authorization?.startsWith('Bearer access-')) return { status: 401, body: { error: {} } }
  const page = Number(searchParams.get('$skiptoken') ?? 0)
  const next = page + 1 < memberships.length && `${origin}${pathname}?$skiptoken=${page + 1}`
  return { body: { value: memberships[page] ?? [], ...(next && { '@odata.nextLink': next }) } }
}
