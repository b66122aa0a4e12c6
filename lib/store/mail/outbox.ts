import { and, asc, eq, gte, isNotNull, isNull, sql } from 'drizzle-orm'
import { mails } from '@/drizzle/schema/mails'
import { organizations } from '@/drizzle/schema/organizations'
import { organizationBranding, serverBranding } from '@/drizzle/schema/server-branding'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** Mails that an organization has sent, in the hour to one address and in the day to all: more are not sent. */
const TO_ONE = { most: 5, milliseconds: 3_600_000 }
const TO_ALL = { most: 200, milliseconds: 86_400_000 }

/** Milliseconds after which somebody else tries what an instance has taken and not ended. */
const LEASE = 120_000

export type NewMail = Pick<
  typeof mails.$inferInsert,
  'id' | 'organizationId' | 'kind' | 'recipient' | 'occasion'
> & { readonly content: string }

export type TakenMail = Omit<NewMail, 'occasion'> & {
  readonly organizationId: string | null
  /** The one that it is taken for included. */
  readonly attempts: number
}

/** What is shown of an organization in a mail. */
export type MailBrand = {
  readonly name: string
  /** `#rrggbb`. */
  readonly accent?: string
  readonly logo?: { readonly type: string; readonly bytes: Uint8Array }
}

/** Mails in Postgres until they are sent. Decision 0098. */
export function outboxStore(db: Database) {
  return guarded({
    /** @returns whether it will be sent: not when there were too many, or one on the same occasion */
    queue: (mail: NewMail, now: Date): Promise<boolean> =>
      db.transaction(async (tx) => {
        if (mail.organizationId && (await hasEnough(tx, mail.organizationId, mail.recipient, now)))
          return false
        const written = await tx
          .insert(mails)
          .values({ ...mail, nextAttemptAt: now, createdAt: now })
          .onConflictDoNothing({ target: [mails.occasion, mails.recipient] })
          .returning({ id: mails.id })
        return written.length > 0
      }),

    /** Takes the next mail that is due, for one of any number of instances. */
    async take(now: Date): Promise<TakenMail | null> {
      const due = db
        .select({ id: mails.id })
        .from(mails)
        .where(sql`state = 'waiting' and ${mails.nextAttemptAt} <= ${now.toISOString()}::timestamptz`)
        .orderBy(asc(mails.nextAttemptAt))
        .limit(1)
        .for('update', { skipLocked: true })
      const [row] = await db
        .update(mails)
        .set({ attempts: sql`${mails.attempts} + 1`, nextAttemptAt: new Date(now.getTime() + LEASE) })
        .where(and(sql`${mails.id} = (${due})`, isNotNull(mails.content)))
        .returning()
      return row?.content ? { ...row, content: row.content } : null
    },

    /** It has been sent: what it said is forgotten. */
    async sent(id: string): Promise<void> {
      await db.update(mails).set({ state: 'sent', content: null, problem: null }).where(eq(mails.id, id))
    },

    async putOff(id: string, problem: string, nextAttemptAt: Date): Promise<void> {
      await db.update(mails).set({ problem, nextAttemptAt }).where(eq(mails.id, id))
    },

    giveUp: (id: string, problem: string, entry: AuditEntry): Promise<void> =>
      db.transaction(async (tx) => {
        await tx.update(mails).set({ state: 'failed', content: null, problem }).where(eq(mails.id, id))
        await appendToAuditLog(tx, [entry])
      }),

    /** The organization's look in short; without one, the colour and logo of the first of its servers that has one. */
    async brand(organizationId: string): Promise<MailBrand | null> {
      const [row] = await db
        .select({
          name: sql<string>`coalesce(${organizationBranding.name}, ${organizations.name})`,
          shared: organizationBranding,
          accent: serverBranding.accentLight,
          bytes: serverBranding.logo,
          type: serverBranding.logoType,
        })
        .from(organizations)
        .leftJoin(organizationBranding, eq(organizationBranding.organizationId, organizations.id))
        .leftJoin(serverBranding, eq(serverBranding.organizationId, organizations.id))
        .where(and(eq(organizations.id, organizationId), isNull(organizations.deletedAt)))
        .orderBy(asc(serverBranding.updatedAt))
        .limit(1)
      if (!row) return null
      const { name, shared } = row
      const accent = shared ? shared.accentLight : row.accent
      const { logo: bytes, logoType: type } = shared ?? { logo: row.bytes, logoType: row.type }
      return { name, ...(accent && { accent }), ...(bytes && type && { logo: { bytes, type } }) }
    },
  })
}

/** Holds the organization, so that of two mails at once the second counts the first. */
async function hasEnough(tx: Transaction, organizationId: string, recipient: string, now: Date) {
  await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .for('no key update')
  const since = (milliseconds: number) =>
    and(
      eq(mails.organizationId, organizationId),
      gte(mails.createdAt, new Date(now.getTime() - milliseconds)),
      isNull(mails.occasion),
    )
  const toAll = await tx.$count(mails, since(TO_ALL.milliseconds))
  const toOne = await tx.$count(mails, and(since(TO_ONE.milliseconds), eq(mails.recipient, recipient)))
  return toAll >= TO_ALL.most || toOne >= TO_ONE.most
}
