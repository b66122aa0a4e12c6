import type { ReactNode } from 'react'
import { type ConsoleContext, consolePage } from '@/app/console/console-page'
import { ServerFrame, type ServerTab } from '@/components/console/servers/server-frame'
import { formVersion, serverEntry } from '@/lib/configuration/entries'
import { routes } from '@/lib/routes'
import { findServer, type ServerDetails } from '@/lib/servers/servers'

type ServerContext = ConsoleContext & {
  readonly server: ServerDetails
  /** Whether the operator may change anything. */
  readonly mayChange: boolean
  /** The path of the server. */
  readonly base: string
  /** What a form sends besides its fields, which are called so on the wire. */
  formOf(...fields: readonly string[]): { organization: string; fields: Readonly<Record<string, string>> }
}

/** A page about one server: 404 when it is none of this organization. */
export function serverPage(tab: ServerTab, render: (context: ServerContext) => Promise<ReactNode>) {
  return consolePage('read', async (context) => {
    const { scope, params, query, management, language } = context
    const server = await findServer(scope, params.server ?? '', management)
    const mayChange = scope.permissions.includes('configure')
    const list = routes.servers(scope.organization)
    const base = routes.server(scope.organization, server.slug)
    const entry = serverEntry({ ...server, connection: server.connection.slug })
    const formOf = (...fields: readonly string[]) => ({
      organization: scope.organization,
      fields: { server: server.slug, version: formVersion(entry, fields) },
    })
    return (
      <ServerFrame
        {...{ language, server, tab, of: params.client, base, list, mayChange }}
        news={newsOf(query)}
      >
        {await render({ ...context, server, mayChange, base, formOf })}
      </ServerFrame>
    )
  })
}

function newsOf({ created, saved }: ConsoleContext['query']) {
  if (created) return 'created' as const
  return saved ? ('saved' as const) : undefined
}
