import { type SQL, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** A secret of an organization that works, and that an operator has seen or entered: it is good without their account. */
export type KnownSecret = {
  readonly kind: 'client' | 'registration' | 'resource' | 'scim' | 'connection' | 'webhook'
  /** As the audit log calls what it belongs to: `acme/files/ci` */
  readonly name: string
  /** Where it is replaced: the slug of a server or a connection, or the id of a webhook. */
  readonly place: string
  /** When they got to know it. */
  readonly since: Date
}

/** Secrets that who made them or was shown them knows, though they are the organization's. Decision 0057. */
export function knownSecretStore(db: Database) {
  return guarded({
    /**
     * The secrets of an organization that still work, and were made or entered by an operator, or with an API key that
     * descends from them. As far back as the audit log reaches.
     */
    async read(organizationId: string, operatorId: string): Promise<readonly KnownSecret[]> {
      const rows = await db.execute<KnownSecret & { readonly since: string }>(
        knownSecrets(organizationId, operatorId),
      )
      return rows.map((row) => ({ ...row, since: new Date(row.since) }))
    },
  })
}

const knownSecrets = (organizationId: string, operatorId: string): SQL => sql`
  with recursive known_to(id) as (
    select ${operatorId}::text
    union select made.id from api_keys as made join known_to on made.created_by_id = known_to.id
      where made.organization_id = ${organizationId}
  ), told as (
    select sequence, at, actor_id, target_name as name, target_id as target, case
        when action in ('webhook.created', 'webhook.secret_rotated') then 'webhook'
        when action = 'server.registration_token_created' then 'registration'
        else 'scim' end as kind
      from ${auditLog} where chain = ${organizationId} and action in ('webhook.created', 'webhook.secret_rotated',
        'server.registration_token_created', 'connection.scim_token_created', 'connection.scim_token_replaced')
    union all
    select sequence, at, actor_id, target_name, target_name, case target_kind
        when 'connection' then 'connection' when 'server' then 'resource' else 'client' end
      from ${auditLog} where chain = ${organizationId} and action in ('connection.created', 'connection.updated',
        'server.created', 'server.updated', 'client.created', 'client.updated')
        and (detail -> 'fields' @> '[{"secret": "added"}]' or detail -> 'fields' @> '[{"secret": "changed"}]')
  ), latest as (
    select distinct on (kind, target) kind, target, name, actor_id, at from told order by kind, target, sequence desc
  )
  select latest.kind, latest.name, coalesce(webhooks.id, connections.slug, servers.slug) as place,
    latest.at::text as since
  from latest
  join organizations on organizations.id = ${organizationId}
  left join webhooks on kind = 'webhook' and webhooks.id = target
    and webhooks.organization_id = organizations.id
  left join connections on connections.organization_id = organizations.id and connections.deleted_at is null
    and (kind = 'connection' and organizations.slug || '/' || connections.slug = target
        and connections.client_secret is not null
      or kind = 'scim' and connections.id = target
        and exists (select from scim_tokens where scim_tokens.connection_id = connections.id))
  left join servers on servers.organization_id = organizations.id and servers.deleted_at is null
    and (kind = 'resource' and organizations.slug || '/' || servers.slug = target
        and servers.resource_secret_hash is not null
      or kind = 'registration' and servers.id = target and servers.registration_token_hash is not null
      or kind = 'client' and exists (select from clients where clients.server_id = servers.id
        and clients.secret_hash is not null and clients.deleted_at is null
        and organizations.slug || '/' || servers.slug || '/' || clients.client_id = target))
  where actor_id in (select id from known_to) and coalesce(webhooks.id, connections.slug, servers.slug) is not null
  order by latest.kind, latest.name`
