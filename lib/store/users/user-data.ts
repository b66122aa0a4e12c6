import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { clients } from '@/drizzle/schema/clients'
import { consents, grants, refreshTokens, upstreamTokens } from '@/drizzle/schema/grants'
import { linkCeremonies } from '@/drizzle/schema/link-ceremonies'
import { mails } from '@/drizzle/schema/mails'
import { users } from '@/drizzle/schema/organizations'
import { platformUsers } from '@/drizzle/schema/platform-accounts'
import { servers } from '@/drizzle/schema/servers'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Erased, eraseFromAuditLog, naming, type Person } from '@/lib/store/audit/erasure'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { endGrantsIn } from '@/lib/store/oauth/grant-endings'
import { shownTimeline } from '@/lib/store/oauth/timeline'
import { eraseDeprovisioned, provisionedIds, readProvisioned } from './provisioned-person'

/** What an erased user's row has in place of who vouched for them: it stays while grants name it. */
export const ERASED_SOURCE = 'erased'

/** Milliseconds: a user may have thousands of logins. */
const DEADLINE = 30_000

/** How much was erased of each kind, for the entry that records it. */
export type Erasure = Erased & {
  readonly grants: number
  readonly logins: number
  /** Whether they stay blocked, for which their subject is kept. */
  readonly blocked: boolean
}

type Whose = { readonly organizationId: string; readonly id: string }

const isUser = ({ organizationId, id }: Whose) =>
  and(eq(users.organizationId, organizationId), eq(users.id, id))

const isLinkedTo = ({ organizationId, id }: Whose) =>
  and(eq(users.organizationId, organizationId), eq(users.linkedTo, id))

const NAMELESS = { email: null, emailVerified: false, name: null, objectId: null } as const

/** A user and the logins that are linked to them: what these had as users of their own is theirs, too. */
type Logins = { readonly organizationId: string; readonly ids: readonly string[] }

async function loginsOf(tx: Transaction, { organizationId, id }: Whose) {
  const linked = await tx.select().from(users).where(isLinkedTo({ organizationId, id }))
  return { linked, logins: { organizationId, ids: [id, ...linked.map((one) => one.id)] } }
}

/** Rows of a table that are the user's. */
const ofUser = (
  table: typeof grants | typeof consents | typeof browserSessions | typeof linkCeremonies,
  { organizationId, ids }: Logins,
) => and(eq(table.organizationId, organizationId), inArray(table.userId, [...ids]))

const grantsOf = (logins: Logins): SQL =>
  sql`(select ${grants.id} from ${grants} where ${ofUser(grants, logins)})`

/** Everything that is kept about one end user, in Postgres. */
export function userDataStore(db: Database) {
  return guarded(
    {
      /** Null when there is no such user. */
      export: (whose: Whose) => db.transaction(async (tx) => exportOf(tx, whose)),

      /**
       * Erases a user: their account with us, what they allowed, how they logged in, and their names in the audit log.
       * The row stays without anything of them for as long as grants name it, which say only when something ended.
       *
       * @param audit the entry that records it
       * @returns null when there is no such user
       */
      erase: (whose: Whose, at: Date, audit: (erasure: Erasure) => AuditEntry): Promise<Erasure | null> =>
        transactInTime(db, async (tx) => {
          // Held first: a login of theirs that completes now waits, and is then one of a new user.
          const [user] = await tx.select().from(users).where(isUser(whose)).for('update')
          if (!user || user.identitySource === ERASED_SOURCE) return null
          const ending = { reason: 'revoked_by_operator', at } as const
          await endGrantsIn(tx, eq(grants.userId, user.id), ending)
          const { linked: others, logins } = await loginsOf(tx, whose)
          const person = await personOf(tx, user)
          const counts = await eraseRows(tx, logins, [user, ...others])
          await erasePlatformAccount(tx, user, person)
          await eraseDeprovisioned(tx, person.ids)
          const blocked = user.blockedAt !== null
          await tx
            .update(users)
            .set({
              ...(!blocked && { identitySource: ERASED_SOURCE, subject: user.id }),
              ...NAMELESS,
            })
            .where(isUser(whose))
          // Who stays blocked does so by each login.
          for (const other of others)
            await tx
              .update(users)
              .set({
                ...(!blocked && {
                  identitySource: ERASED_SOURCE,
                  subject: other.id,
                  linkedTo: null,
                  linkedAt: null,
                }),
                ...NAMELESS,
              })
              .where(isUser(other))
          const erasure = {
            ...counts,
            ...(await eraseFromAuditLog(tx, whose.organizationId, person)),
            blocked,
          }
          await appendToAuditLog(tx, [audit(erasure)])
          return erasure
        }),
    },
    { deadline: DEADLINE },
  )
}

type User = typeof users.$inferSelect

const platformAccount = ({ identitySource, subject }: User): SQL =>
  sql`${identitySource} = 'connection:' || ${platformUsers.connectionId} and ${platformUsers.id} = ${subject}`

/** By what the audit log knows them. */
async function personOf(tx: Transaction, user: User): Promise<Person> {
  const { linked, logins } = await loginsOf(tx, user)
  const given = await tx.select({ id: grants.id }).from(grants).where(ofUser(grants, logins))
  const accounts = await tx
    .select({ id: platformUsers.id, address: platformUsers.address })
    .from(platformUsers)
    .where(platformAccount(user))
  // Mails go to accounts with us alone; what a provider says of an email may be somebody else's.
  const addresses = accounts.map(({ address }) => address)
  const provisioned: string[] = []
  for (const each of [user, ...linked]) provisioned.push(...(await provisionedIds(tx, each)))
  const known = [...given, ...accounts, ...linked].map(({ id }) => id)
  return { ids: [user.id, ...known, ...provisioned], addresses }
}

async function eraseRows(tx: Transaction, logins: Logins, known: readonly User[]) {
  const { organizationId, ids } = logins
  const inGrants = grantsOf(logins)
  const visits = await tx
    .delete(authorizationRequests)
    .where(sql`${authorizationRequests.grantId} in ${inGrants}`)
    .returning({ id: authorizationRequests.id })
  await tx
    .update(authorizationRequests)
    .set({ rememberedFor: null })
    .where(inArray(authorizationRequests.rememberedFor, [...ids]))
  for (const email of new Set(known.flatMap((one) => one.email ?? [])))
    await tx
      .update(authorizationRequests)
      .set({ loginHint: null })
      .where(sql`
      ${authorizationRequests.serverId} in (select ${servers.id} from ${servers} where ${servers.organizationId} = ${organizationId})
      and lower(${authorizationRequests.loginHint}) = ${email.toLowerCase()} and ${authorizationRequests.loginHint} is not null`)
  await tx.delete(consents).where(ofUser(consents, logins))
  await tx.delete(browserSessions).where(ofUser(browserSessions, logins))
  await tx.delete(linkCeremonies).where(ofUser(linkCeremonies, logins))
  await tx.delete(upstreamTokens).where(sql`${upstreamTokens.grantId} in ${inGrants}`)
  await tx.delete(refreshTokens).where(sql`${refreshTokens.grantId} in ${inGrants}`)
  const given = await tx
    .update(grants)
    .set({ claims: {}, userClaims: null, nonce: null, authTime: null, network: null })
    .where(ofUser(grants, logins))
    .returning({ id: grants.id })
  return { grants: given.length, logins: visits.length }
}

async function erasePlatformAccount(tx: Transaction, user: User, { addresses }: Person): Promise<void> {
  await tx.delete(platformUsers).where(platformAccount(user))
  if (addresses.length > 0)
    await tx
      .delete(mails)
      .where(and(eq(mails.organizationId, user.organizationId), inArray(mails.recipient, [...addresses])))
}

async function exportOf(tx: Transaction, whose: Whose) {
  const [user] = await tx.select().from(users).where(isUser(whose))
  if (!user || user.identitySource === ERASED_SOURCE) return null
  const { organizationId: _, ...known } = user
  const { linked, logins } = await loginsOf(tx, whose)
  const [account] = await tx
    .select({ id: platformUsers.id, address: platformUsers.address, name: platformUsers.name })
    .from(platformUsers)
    .where(platformAccount(user))
  const { serverId, redirectUri, resource, scope, createdAt, updatedAt } = consents
  const answers = await tx
    .select({ server: servers.slug, redirectUri, resource, scope, createdAt, updatedAt })
    .from(consents)
    .innerJoin(servers, eq(servers.id, serverId))
    .where(ofUser(consents, logins))
  const person = await personOf(tx, user)
  const { sequence, at, actorKind, actorName, action, targetName, detail } = auditLog
  const log = await tx
    .select({ sequence, at, actorKind, actorName, action, targetName, detail })
    .from(auditLog)
    .where(naming(whose.organizationId, person))
    .orderBy(sequence)
  return {
    user: known,
    account: account ?? null,
    provisioned: await readProvisioned(tx, person.ids),
    linked: linked.map(({ organizationId: __, linkedTo: ___, ...login }) => login),
    grants: await grantsIn(tx, logins),
    consents: answers,
    ...(await visitsOf(tx, logins)),
    log,
  }
}

const grantsIn = (tx: Transaction, logins: Logins) =>
  tx
    .select({
      id: grants.id,
      kind: grants.kind,
      server: servers.slug,
      clientId: grants.clientId,
      clientName: clients.name,
      scope: grants.scope,
      claims: grants.claims,
      userClaims: grants.userClaims,
      network: grants.network,
      networks: sql<
        readonly string[]
      >`coalesce((select jsonb_agg(distinct network) from ${refreshTokens} where grant_id = ${grants.id} and network is not null), '[]')`,
      createdAt: grants.createdAt,
      revokedAt: grants.revokedAt,
      revokedReason: grants.revokedReason,
    })
    .from(grants)
    .innerJoin(servers, eq(servers.id, grants.serverId))
    .innerJoin(clients, and(eq(clients.serverId, grants.serverId), eq(clients.id, grants.clientRowId)))
    .where(ofUser(grants, logins))
    .orderBy(desc(grants.createdAt))

async function visitsOf(tx: Transaction, of: Logins) {
  const request = authorizationRequests
  const logins = await tx
    .select({
      reference: request.reference,
      createdAt: request.createdAt,
      loginHint: request.loginHint,
      outcome: request.outcome,
      timeline: request.timeline,
      redeemedAt: grants.redeemedAt,
    })
    .from(request)
    .innerJoin(grants, eq(grants.id, request.grantId))
    .where(sql`${request.grantId} in ${grantsOf(of)}`)
    .orderBy(desc(request.createdAt))
  const sessions = await tx
    .select({
      connection: browserSessions.connectionId,
      createdAt: browserSessions.createdAt,
      expiresAt: browserSessions.expiresAt,
    })
    .from(browserSessions)
    .where(ofUser(browserSessions, of))
  const shown = logins.map(({ redeemedAt, timeline, ...login }) => ({
    ...login,
    timeline: shownTimeline(timeline, redeemedAt),
  }))
  return { logins: shown, sessions }
}

export type UserData = NonNullable<Awaited<ReturnType<typeof exportOf>>>
