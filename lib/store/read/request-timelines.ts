import { eq } from 'drizzle-orm'
import {
  authorizationRequests as requests,
  type StoredTimelineEvent,
} from '@/drizzle/schema/authorization-requests'
import { grants } from '@/drizzle/schema/grants'
import { organizations } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { shownTimeline } from '@/lib/store/oauth/timeline'

/** One visit to `/oauth/authorize`, for the operator. */
export type RequestTimeline = {
  readonly reference: string
  /** Slug. */
  readonly organization: string
  /** Slug. */
  readonly server: string
  /** As presented: of a refused request it may be anything. */
  readonly clientId?: string
  readonly createdAt: Date
  readonly expiresAt: Date
  /** When the user allowed it; absent while they are asked. */
  readonly consentedAt?: Date
  /** Where the user was sent to log in. */
  readonly connectionId?: string
  /** Absent while the request is under way, and when it was given up. */
  readonly outcome?: 'completed' | 'denied' | 'failed' | 'refused'
  readonly timeline: readonly StoredTimelineEvent[]
}

export type RequestTimelines = {
  /** @param reference as the error page shows it; case, dash and misread letters do not matter */
  find(reference: string): Promise<RequestTimeline | null>
}

/** Timelines in Postgres. */
export function requestTimelineStore(db: Database): RequestTimelines {
  return guarded({
    async find(reference) {
      const [row] = await db
        .select({
          reference: requests.reference,
          organization: organizations.slug,
          server: servers.slug,
          clientId: requests.clientId,
          createdAt: requests.createdAt,
          expiresAt: requests.expiresAt,
          consentedAt: requests.consentedAt,
          connectionId: requests.connectionId,
          outcome: requests.outcome,
          timeline: requests.timeline,
          redeemedAt: grants.redeemedAt,
        })
        .from(requests)
        .innerJoin(servers, eq(servers.id, requests.serverId))
        .innerJoin(organizations, eq(organizations.id, servers.organizationId))
        .leftJoin(grants, eq(grants.id, requests.grantId))
        .where(eq(requests.reference, asWritten(reference)))
      if (!row) return null
      const { redeemedAt, timeline, ...request } = row
      return { ...omitNullish(request), timeline: shownTimeline(timeline, redeemedAt) }
    },
  } satisfies RequestTimelines)
}

/** A reference as it was given out. Crockford's base 32 has no O, I and L, which people write for 0 and 1. */
export function asWritten(reference: string): string {
  const letters = reference
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
