import { omitEmpty } from './omit-empty'

/**
 * Protected resource metadata (RFC 9728 §2). `resource` is exactly as configured: clients compare it with the URL
 * they connect to. `offline_access` is a matter between client and authorization server, and not listed here.
 */
export function resourceMetadata(server: {
  readonly issuer: string
  readonly resource: string
  readonly name: string
  readonly scopes: readonly { readonly name: string }[]
}): Record<string, unknown> {
  return omitEmpty({
    resource: server.resource,
    authorization_servers: [server.issuer],
    scopes_supported: server.scopes.map(({ name }) => name).filter((name) => name !== 'offline_access'),
    bearer_methods_supported: ['header'],
    resource_name: server.name,
  })
}
