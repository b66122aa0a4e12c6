import { createHash } from 'node:crypto'
import { installationEntry } from '@/lib/audit/audit'
import { type OperatorName, operatorAccountStore } from '@/lib/store/accounts/operator-accounts'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import type { Joined } from '@/lib/store/database/joined'
import { auditEventOf, isOwnChange, UNKNOWN } from './account-audit-events'
import { recordFailure } from './failed-sign-ins'

/** A call of the accounts library, before it is made. */
export type Call = {
  readonly path: string
  /** What a form of ours sends; absent when the browser calls by itself. */
  readonly body?: Readonly<Record<string, unknown>>
  /** The signed-in operator. */
  readonly operator: OperatorName | null
  readonly browser: Headers
}

type Answer = {
  readonly user?: OperatorName & { readonly address?: string }
  readonly twoFactorRedirect?: boolean
  readonly token?: string
}

const CHALLENGE_COOKIE = /(?:^|;\s*)(?:__Host-)?vst_operator\.two_factor=([^;.]+)/

/**
 * Audits every better-auth call; rejects a TOTP code that was used. What a signed-in operator changes is in one
 * transaction with its entry; a session that is begun is nobody's before its entry is written, since the answer carries
 * its cookie. Decision 0037.
 *
 * @param endSession ends a session by its token
 */
export function watchedCalls({ db, together }: Joined, endSession: (token: string) => Promise<void>) {
  const store = operatorAccountStore(db)
  const log = auditLogStore(db)

  const who = async ({ operator, body, browser }: Call, { user }: Answer): Promise<typeof UNKNOWN> => {
    if (user) return { id: user.id, email: user.address ?? user.email }
    if (operator) return operator
    const challenge = CHALLENGE_COOKIE.exec(browser.get('cookie') ?? '')?.[1]
    if (typeof body?.email === 'string') return (await store.byAddress(body.email))[0] ?? UNKNOWN
    return (challenge && (await store.awaited(challenge))) || UNKNOWN
  }

  const isReplay = async ({ path, body }: Call, { user }: Answer): Promise<boolean> => {
    if (path !== '/two-factor/verify-totp' || !user) return false
    const codeHash = createHash('sha256').update(String(body?.code)).digest('hex')
    return !(await store.spendCode(user.id, codeHash, db.clock.now()))
  }

  const watch = async (call: Call, send: () => Promise<Response>): Promise<Response> => {
    // Whose factor is awaited is forgotten when the last attempt fails.
    const awaited = await who(call, {})
    const response = await send()
    // Too many, or we failed: nothing was tried.
    if (response.status === 429 || response.status >= 500) return response
    const answer: Answer = await answerOf(response)
    const isReplayed = response.ok && (await isReplay(call, answer))
    if (isReplayed && !call.operator && answer.token) await endSession(answer.token)
    const isDone = response.ok && !isReplayed
    const auditEvent = auditEventOf({
      path: call.path,
      isDone,
      wasSignedIn: call.operator !== null,
      isHalfWay: answer.twoFactorRedirect === true,
    })
    if (auditEvent) {
      const { id, email } = answer.user ? await who(call, answer) : awaited
      const actor = { kind: 'operator', name: email, ...(id !== undefined && { id }) } as const
      const target = { targetKind: 'operator', targetName: email, ...(id !== undefined && { targetId: id }) }
      const entry = installationEntry(actor, db.clock.now(), { ...auditEvent, ...target })
      await (isDone ? log.append([entry]) : recordFailure(db, entry))
    }
    return isReplayed ? new Response(null, { status: 401 }) : response
  }

  /** @returns the answer for the browser */
  return (call: Call, send: () => Promise<Response>): Promise<Response> =>
    call.operator && isOwnChange(call.path)
      ? together(
          () => watch(call, send),
          ({ status }) => status < 500,
        )
      : watch(call, send)
}

async function answerOf(response: Response): Promise<Answer> {
  if (!response.ok) return {}
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return typeof answer === 'object' && answer !== null ? (answer as Answer) : {}
}
