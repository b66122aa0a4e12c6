import { eq } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import type { Connection } from '@/lib/oauth/model'
import type { AuditEntry } from '@/lib/store/audit/audit-log'
import { linkCeremonyStore } from '../users/link-ceremonies'
import { linkedIdentityStore } from '../users/linked-identities'
import { AFTERWARDS, type Departing, type Held } from './departing'
import { later, random } from './store-under-test'

type Owner = { readonly grant: Pick<Held['grant'], 'userId'> & { readonly organizationId?: string } }

/** What users do to link a login at another connection to one of theirs. */
export function linkLogins(at: Departing, other: { readonly connection: Connection }, source: string) {
  const confirm = linkedIdentityStore(at.store.db).link

  const entry = (): AuditEntry => ({
    ...{ chain: at.connection.organizationId, at: AFTERWARDS, actorKind: 'end_user', actorName: 'alice' },
    ...{ action: 'user.linked', targetKind: 'user', targetId: 'x', targetName: 'x', detail: {} },
  })

  /** A ceremony of the user of a login, in which both logins are proven. */
  async function begin(owner: Owner, subject: string, from = source) {
    const { userId, organizationId = at.connection.organizationId } = owner.grant
    const [session] = await at.store.db
      .select()
      .from(browserSessions)
      .where(eq(browserSessions.userId, userId))
    const id = random()
    const store = linkCeremonyStore(at.store.db, at.store.sealer)
    const sessionHash = session?.hash ?? ''
    await store.begin(
      {
        ...{ id, organizationId, userId, sessionHash, otherConnectionId: other.connection.id },
        ...{ createdAt: AFTERWARDS, expiresAt: later(600) },
      },
      { connectionId: other.connection.id, stateHash: random(), nonce: 'n', codeVerifier: 'v' },
    )
    const identity = { identitySource: from, subject, email: 'bob@acme.example', emailVerified: true }
    const answerHash = random()
    await store.prove(id, identity, answerHash)
    return [answerHash, sessionHash] as const
  }

  return {
    entry,
    begin,
    /** The yes to what was proven. */
    confirm: (answerHash: string, sessionHash: string) => confirm(answerHash, sessionHash, AFTERWARDS, entry),
    /** The whole of it, in the browser of a login. */
    async link(owner: Owner, subject: string, from = source) {
      const [answerHash, sessionHash] = await begin(owner, subject, from)
      return confirm(answerHash, sessionHash, AFTERWARDS, entry)
    },
  }
}
