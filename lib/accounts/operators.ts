import { NotFound, type OrganizationScope, PERMISSIONS, permissionsOf } from '@/lib/access'
import { installationEntry } from '@/lib/audit/audit'
import type { Keyring } from '@/lib/crypto/keyring'
import type { Limits } from '@/lib/http/limits'
import { readBehind } from '@/lib/management/replica'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'
import { operatorAccountStore } from '@/lib/store/accounts/operator-accounts'
import { operatorLinkStore } from '@/lib/store/accounts/operator-links'
import { operatorStore } from '@/lib/store/accounts/operators'
import type { Database } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { joined } from '@/lib/store/database/joined'
import { homeStore } from '@/lib/store/read/home'
import { searchStore } from '@/lib/store/read/search'
import { type OperatorAuth, operatorAuth } from './operator-auth'
import { type Operator, operatorCalls } from './operator-calls'
import { readSession } from './read-session'
import { setupToken } from './setup-token'

export type { OrganizationHealth } from '@/lib/store/read/home'
export type { SearchHit } from '@/lib/store/read/search'
export type { Operator } from './operator-calls'

export type NewOperator = { readonly name: string; readonly email: string; readonly password: string }

/** Operators' accounts: sessions, and what operators may see. */
export type OperatorAccounts = ReturnType<typeof operatorAccounts>

export function operatorAccounts(options: {
  readonly publicUrl: string
  readonly db: Database
  readonly replica?: Database | undefined
  readonly keyring: Keyring
  readonly rateLimits: boolean
  readonly limits?: Limits | undefined
}) {
  const { db, keyring } = options
  const forLibrary = joined(db)
  const auth = operatorAuth({ ...options, db: forLibrary.db })
  const store = operatorStore(db)
  return {
    ...operatorCalls({ ...options, joined: forLibrary }, auth),

    ...ownAccount(db, auth),

    /** What is found by a few letters, in all that the operator sees. */
    search: ({ id, isInstallationOperator }: Operator, text: string) =>
      readBehind(options, (behind) => searchStore(behind).find(id, isInstallationOperator, text)),

    /**
     * What the operator sees with its health, what needs attention first.
     *
     * @param search part of a name or slug
     */
    organizations: ({ id, isInstallationOperator }: Operator, search: string | undefined, limit: number) => {
      const wishes = { everywhere: isInstallationOperator, limit, ...(search && { search }) }
      return homeStore(db).organizations(id, wishes, db.clock.now())
    },

    /** Whether the token is valid and there is no operator yet. */
    async isSetupOpen(token: string): Promise<boolean> {
      return equalSecrets(token, setupToken(keyring)) && !(await store.anyOperator())
    },

    /**
     * Creates the first operator, who runs the installation.
     *
     * @param prepare what has to succeed before
     * @returns what `prepare` did; undefined when the token is wrong, or there is an operator already
     */
    async setUp<T>(token: string, operator: NewOperator, prepare: () => Promise<T>): Promise<T | undefined> {
      if (!equalSecrets(token, setupToken(keyring))) return undefined
      const [id, email] = [newId(), operator.email.toLowerCase()]
      const way = { passwordHash: await this.hashPassword(operator.password) }
      const entry = installationEntry({ kind: 'operator', id, name: email }, db.clock.now(), {
        action: 'operator.joined',
        targetKind: 'operator',
        targetId: id,
        targetName: email,
      })
      return store.createFirst({ id, email, name: operator.name, way }, prepare, entry)
    },

    /** Creates an operator who signs in with a password. The caller has made sure that they may exist. */
    async create({ name, email, password }: NewOperator, isInstallationOperator = false): Promise<void> {
      const { internalAdapter, password: passwords } = await auth.$context
      const hash = await passwords.hash(password)
      const user = await internalAdapter.createUser(
        { name, email: email.toLowerCase(), isInstallationOperator },
        { method: 'email-password' },
      )
      const account = { userId: user.id, accountId: user.id, providerId: 'credential', password: hash }
      await internalAdapter.linkAccount(account)
    },
    ...visibility(store),
  }
}

/** An operator's view of the own account. */
function ownAccount(db: Database, auth: OperatorAuth) {
  const [store, links] = [operatorAccountStore(db), operatorLinkStore(db)]
  const entryOf = ({ id, email }: Operator, action: string, detail = {}) =>
    installationEntry({ kind: 'operator', id, name: email }, db.clock.now(), {
      action,
      targetKind: 'operator',
      targetId: id,
      targetName: email,
      detail,
    })
  return {
    /** As it is stored. Takes its time. */
    async hashPassword(password: string): Promise<string> {
      return (await auth.$context).password.hash(password)
    },

    passkeys: ({ id }: Operator) => store.passkeys(id),

    /** What an operator has connected, and whether they have a password. */
    ways: ({ id }: Operator) => links.waysOf(id),

    /** @param usable the providers that operators can sign in with, by who vouches @returns `last` when nothing else lets them in */
    disconnect: (operator: Operator, source: string, usable: readonly string[], name: string) =>
      links.unlink(
        operator.id,
        source,
        usable,
        entryOf(operator, 'operator.account_disconnected', { with: name }),
      ),

    /** @param usable as of `disconnect` @returns `last` when nothing else lets them in */
    removePasskey: (operator: Operator, passkeyId: string, usable: readonly string[]) =>
      links.removePasskey(operator.id, passkeyId, usable, entryOf(operator, 'operator.passkey_removed')),

    /** Sets a password for an operator without one. @returns false when there is one */
    async setFirstPassword(operator: Operator, password: string): Promise<boolean> {
      const hash = await (await auth.$context).password.hash(password)
      return links.setFirstPassword(operator.id, hash, entryOf(operator, 'operator.password_changed'))
    },

    /** Where the operator is signed in, the newest first; `isThis` is this browser. */
    async sessions({ id }: Operator, browser: Headers) {
      const current = await readSession(auth.api.getSession({ headers: browser }))
      const sessions = await store.sessions(id, db.clock.now())
      return sessions.map((session) => ({ ...session, isThis: session.id === current?.session.id }))
    },
  }
}

/** Which organizations an operator sees, and what they may do there. */
function visibility(store: ReturnType<typeof operatorStore>) {
  return {
    /**
     * What an operator may do in an organization.
     *
     * @throws NotFound when there is none of this slug, or it is none of theirs
     */
    async scope(
      operator: Operator,
      slug: string,
    ): Promise<OrganizationScope & { readonly organizationName: string }> {
      const found = await store.organization(operator.id, slug)
      const permissions = operator.isInstallationOperator
        ? PERMISSIONS
        : found?.role && permissionsOf(found.role)
      if (!found || !permissions) throw new NotFound('organization')
      return {
        organizationId: found.id,
        organization: found.slug,
        organizationName: found.name,
        actor: { kind: 'operator', id: operator.id, name: operator.email },
        permissions,
        isInstallationOperator: operator.isInstallationOperator,
      }
    },
  }
}
