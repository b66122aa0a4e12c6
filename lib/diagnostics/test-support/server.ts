import type { Server } from '@/lib/oauth/model'

/** A server as it is configured, with this resource. For tests only. */
export function serverFor(resource: string, changes: Partial<Server> = {}): Server {
  return {
    id: 'srv-1',
    organizationId: 'org-1',
    connectionId: 'conn-1',
    slug: 'notes',
    name: 'Notes',
    issuer: 'https://auth.example.com',
    resource,
    aliases: [],
    scopes: [{ name: 'notes:read', description: 'Read your notes', upstreamScopes: [] }],
    clientPolicy: 'any',
    registration: { quota: 10 },
    trustedIssuers: [],
    deviceGrant: false,
    tokenFormat: 'jwt',
    accessTokenLifetime: 3600,
    refreshTokenLifetime: 3600,
    passedClaims: [],
    ...changes,
  }
}
