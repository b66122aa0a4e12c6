import { and, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import type { Sealer } from '@/lib/crypto/seal'
import type {
  AllowedLogin,
  AuthorizationRequests,
  RefusedRequest,
} from '@/lib/oauth/ports/authorization-requests'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId, newReference } from '@/lib/store/database/ids'
import { deadlineOf, inTime } from '@/lib/store/database/in-time'
import { codeVerifierContext } from '@/lib/store/database/sealed-contexts'
import { type Answers, answersOf, LONGEST_REQUEST, overdue, type Spender, unanswered } from './answers'
import { type Row, toModel, toOpen, toUnderWay } from './authorization-request-row'
import { beginRemembered } from './hot/begin'
import { isOpen, loginStatements, withoutSecrets } from './hot/login-statements'
import { toBrand } from './server-branding'
import { linesOf, storedEvent, withEvents } from './timeline'

type NewRow = Omit<typeof requests.$inferInsert, 'id' | 'reference'> & { readonly id?: string }

/** A refused request's `client_id` is arbitrary text; this much of it helps the operator. */
const SHOWN_CLIENT_ID_LENGTH = 200

/**
 * Authorization requests in Postgres. Every step is one conditional update: of concurrent callers, the second finds no
 * row. Decision 0002.
 */
export function authorizationRequestStore(
  db: Database,
  sealer: Sealer,
  answers: Answers = answersOf(db, 'requests'),
): AuthorizationRequests {
  const { take, ...verbs } = requestVerbs(db, sealer)
  const { findTaken } = guarded({ findTaken: (hash: string, id: string) => taken(db, answers, hash, id) })
  return {
    ...verbs,
    draw: newId,
    findTaken,
    async takeAttempt(stateHash, connectionId, now, work) {
      const outcome = await answers.spend('attempt', stateHash, async (spender) => {
        const taken = await take(stateHash, connectionId, now, spender)
        if (!taken) return null
        return work(taken).then(
          (result) => ({ result }),
          (error: unknown) => ({ error }),
        )
      })
      if (outcome && 'error' in outcome) throw outcome.error
      return outcome
    },
  }
}

/** An attempt whose instance may not have answered: under way there, or over with it; or that has no instance any more. */
async function taken(db: Database, answers: Answers, stateHash: string, connectionId: string) {
  const { takenAt, takenBy } = requests
  const [row] = await db
    .select({
      request: requests,
      isOver: sql<boolean>`${takenBy} is null or ${overdue(sql`${takenAt}`, LONGEST_REQUEST)}`,
    })
    .from(requests)
    .where(
      and(
        eq(requests.takenStateHash, stateHash),
        eq(requests.connectionId, connectionId),
        or(
          isNull(takenBy),
          and(
            ne(takenBy, await answers.instance()),
            unanswered({ at: sql`${takenAt}`, by: sql`${takenBy}` }),
          ),
        ),
      ),
    )
  if (row && !row.isOver) throw new StoreUnavailable('postgres')
  return row ? toModel(row.request) : null
}

function requestVerbs(db: Database, sealer: Sealer) {
  const statements = loginStatements(db)
  return guarded({
    async create(request, event) {
      return toModel(await insert(db, { ...request, createdAt: event.at, timeline: [storedEvent(event)] }))
    },

    async createRemembered(request, remembered, event) {
      const drawn = { id: request.id ?? newId(), reference: newReference() }
      const isCreated = await beginRemembered(db, request, remembered, drawn, event)
      return isCreated ? { ...request, ...drawn, createdAt: event.at } : null
    },

    async refuse(request) {
      return (await insert(db, refusedRow(request))).reference
    },

    async findOpen(id, now) {
      const [found] = await statements.findOpen.execute({ id, now: now.toISOString() })
      return found ? toOpen(found) : null
    },

    async show(id, event) {
      const [found] = await statements.show.execute({
        id,
        now: event.at.toISOString(),
        lines: linesOf(event),
      })
      if (!found) return null
      const brand = toBrand(found.brand, found.sharedBrand)
      return { ...toOpen(found), connection: found.connection, brand }
    },

    async findReference(id) {
      const [row] = await db
        .select({ reference: requests.reference })
        .from(requests)
        .where(eq(requests.id, id))
      return row?.reference ?? null
    },

    ...answerVerbs(db, sealer, statements),

    async take(stateHash: string, connectionId: string, now: Date, { instance, again }: Spender) {
      const { take, takeAgain } = statements
      const [found] = await (again ? takeAgain : take).execute({
        stateHash,
        connectionId,
        instance,
        now: now.toISOString(),
        deadline: deadlineOf(db),
      })
      const { id, attemptId, nonce, codeVerifier: sealed } = found?.row ?? {}
      if (!found || !id || !attemptId || !nonce || !sealed) return null
      const codeVerifier = sealer.open(sealed, codeVerifierContext(id, attemptId))
      return { ...toUnderWay(found), attempt: { id: attemptId, stateHash, nonce, codeVerifier } }
    },

    async fail(id, event) {
      const row = await updateOne(db, and(eq(requests.id, id), isNull(requests.endedAt)), {
        ...ended('failed', event),
        timeline: withEvents(event),
      })
      return row ? toModel(row) : null
    },

    async markUntold(stateHash) {
      await updateOne(db, eq(requests.takenStateHash, stateHash), { takenBy: null })
    },

    async record(id, event) {
      await updateOne(db, eq(requests.id, id), { timeline: withEvents(event) })
    },
  } satisfies Omit<AuthorizationRequests, 'draw' | 'takeAttempt' | 'findTaken'> & { take: unknown })
}

/** What the user answers on the consent page, or answered before. */
function answerVerbs(db: Database, sealer: Sealer, statements: ReturnType<typeof loginStatements>) {
  /** What Allow sets, whether it was pressed or remembered. */
  const allowed = (id: string, { attempt, expiresAt, event }: AllowedLogin) => ({
    id,
    now: event.at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    attemptId: attempt.id,
    stateHash: attempt.stateHash,
    nonce: attempt.nonce,
    codeVerifier: sealer.seal(attempt.codeVerifier, codeVerifierContext(id, attempt.id)),
    lines: linesOf(event),
    deadline: deadlineOf(db),
  })
  return {
    async allow(id, { assumedScope, ...login }) {
      const assumed = assumedScope ? JSON.stringify(assumedScope) : null
      const values = { ...allowed(id, login), rememberedFor: null, assumedScope: assumed }
      const [found] = await statements.allow.execute(values)
      return found ? toUnderWay(found) : null
    },

    async remember(id, userId, login) {
      const values = { ...allowed(id, login), rememberedFor: userId, assumedScope: null }
      const [found] = await statements.remember.execute(values)
      return found ? toUnderWay(found) : null
    },

    async repromptConsent(id, { attemptId, expiresAt, event }) {
      const lapsed = and(isOpen(id, event.at), eq(requests.attemptId, attemptId), inTime(db))
      const row = await updateOne(db, lapsed, {
        consentedAt: null,
        assumedScope: null,
        expiresAt,
        attemptId: null,
        ...withoutSecrets,
        timeline: withEvents(event),
      })
      return row ? toModel(row) : null
    },

    async deny(id, event) {
      const row = await updateOne(db, and(isOpen(id, event.at), inTime(db)), {
        ...ended('denied', event),
        timeline: withEvents(event),
      })
      return row ? toModel(row) : null
    },
  } satisfies Partial<AuthorizationRequests>
}

/** What every end of a request sets. */
export function ended(outcome: NonNullable<Row['outcome']>, { at }: TimelineEvent) {
  return { endedAt: at, outcome, ...withoutSecrets }
}

function refusedRow({ serverId, clientId, event }: RefusedRequest): NewRow {
  return {
    serverId,
    // Postgres holds no NUL, and keeping a refused request must not fail on what it was refused for.
    clientId: clientId?.replaceAll('\0', '').slice(0, SHOWN_CLIENT_ID_LENGTH) ?? null,
    createdAt: event.at,
    expiresAt: event.at,
    endedAt: event.at,
    outcome: 'refused',
    timeline: [storedEvent(event)],
  }
}

/** A reference is short, so one may be taken: then another is drawn. */
async function insert(db: Database, values: NewRow, draws = 5): Promise<Row> {
  const [row] = await db
    .insert(requests)
    .values({ ...values, id: values.id ?? newId(), reference: newReference() })
    .onConflictDoNothing({ target: requests.reference })
    .returning()
  if (row) return row
  if (draws === 1) throw new Error('found no free reference')
  return insert(db, values, draws - 1)
}

async function updateOne(
  db: Database,
  where: SQL | undefined,
  values: PgUpdateSetSource<typeof requests>,
): Promise<Row | undefined> {
  const [row] = await db.update(requests).set(values).where(where).returning()
  return row
}
