import { createHash } from 'node:crypto'
import { installationEntry } from '@/lib/audit/audit'
import { type OperatorName, operatorAccountStore } from '@/lib/store/accounts/operator-accounts'
import { type WayIn, wayInStore } from '@/lib/store/accounts/ways-in'
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
  /** What would let an operator in. */
  readonly way?: WayIn | undefined
}

type Answer = {
  readonly user?: OperatorName & { readonly address?: string }
  readonly twoFactorRedirect?: boolean
  readonly token?: string
  /** Of a passkey. */
  readonly session?: { readonly token?: string }
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
  const ways = wayInStore(db)

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

  /** What let the operator in may have been taken away meanwhile: who did has ended all sessions before. */
  const isOvertaken = async ({ path, operator, way }: Call, { user }: Answer): Promise<boolean> => {
    const used = path.startsWith('/two-factor/') && !operator ? ({ kind: 'second_factor' } as const) : way
    return used !== undefined && user !== undefined && !(await ways.lets(user.id, used))
  }

  const watch = async (call: Call, send: () => Promise<Response>): Promise<Response> => {
    // Whose factor is awaited is forgotten when the last attempt fails.
    const awaited = await who(call, {})
    const response = await send()
    // Too many, or we failed: nothing was tried.
    if (response.status === 429 || response.status >= 500) return response
    const answer: Answer = await answerOf(response)
    const isReplayed = response.ok && (await isReplay(call, answer))
    const isLate = response.ok && (await isOvertaken(call, answer))
    const token = answer.token ?? answer.session?.token
    if (token && (isLate || (isReplayed && !call.operator))) await endSession(token)
    const isRefused = isReplayed || isLate
    const isDone = response.ok && !isRefused
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
    return isRefused ? new Response(null, { status: 401 }) : response
  }

  /** @returns the answer for the browser */
  return (call: Call, send: () => Promise<Response>): Promise<Response> => {
    const { operator, path } = call
    if (!operator || !isOwnChange(path)) return watch(call, send)
    const change = async () => {
      // First: the library then looks for a session that nobody can end meanwhile.
      await ways.hold(operator.id)
      return watch(call, send)
    }
    return together(change, ({ status }) => status < 500)
  }
}

async function answerOf(response: Response): Promise<Answer> {
  if (!response.ok) return {}
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return typeof answer === 'object' && answer !== null ? (answer as Answer) : {}
}
