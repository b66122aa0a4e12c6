import type { AuthorizationRequest, LoginAttempt, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { ReadConnection } from '@/lib/oauth/ports/upstream'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'

/** A login under way: how far an authorization request has come, and what its next step needs that is not on its row. */
export type PendingLogin = {
  readonly server: Server
  readonly request: AuthorizationRequest
  /** One login attempt at the identity provider, since Allow was pressed or a remembered consent replaced it. */
  readonly attempt?: PendingAttempt
  /** The connection of the attempt, as it was read with it; null where it is gone. */
  readonly read?: ReadConnection | null
  /** The authorization code, once it is issued; a device gets none. */
  readonly code?: string
}

/** One login attempt at the identity provider, with the secret that only the user's browser may hold. */
export type PendingAttempt = LoginAttempt & { readonly state: string }

/** A fresh login attempt; its `state` begins with the attempt's id, which names the cookie. */
export function newAttempt({ secrets }: Pick<Ports, 'secrets'>): PendingAttempt {
  const id = secrets.id()
  const state = `${id}.${secrets.id()}${secrets.id()}`
  const codeVerifier = secrets.id() + secrets.id()
  return { id, state, stateHash: hashSecret(state), nonce: secrets.id(), codeVerifier }
}

/** The attempt's id in a `state`; null when it does not look like one of ours. */
export function attemptIdOf(state: string): string | null {
  return /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{44}$/.exec(state)?.[1] ?? null
}
