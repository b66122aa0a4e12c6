/** Security event tokens (RFC 8417) as Shared Signals profiles them. The signature is verified elsewhere. */
import { typeOf } from './compact-jws'
import { CLOCK_TOLERANCE, SIGNAL_MAX_AGE } from './lifetimes'
import { isName, isTime } from './logout-token'

type Members = Readonly<Record<string, unknown>>

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

/** What we act upon. Others, as that which tests a stream, are taken and mean nothing here. */
const EVENTS = {
  [`${CAEP}session-revoked`]: 'sessions_revoked',
  [`${RISC}sessions-revoked`]: 'sessions_revoked',
  [`${RISC}account-disabled`]: 'account_disabled',
  [`${RISC}account-purged`]: 'account_purged',
} as const

export type SignalKind = (typeof EVENTS)[keyof typeof EVENTS]

/** Whom an event is about, in the provider's terms. */
export type SignalSubject = {
  readonly subject?: string
  readonly account?: string
  readonly email?: string
  readonly sessionId?: string
}

/** What a sound token says. */
export type Signal = {
  readonly jti: string
  /** Until then its `jti` has to be remembered. */
  readonly expiresAt: Date
  readonly events: readonly { readonly kind: SignalKind; readonly who: SignalSubject; readonly at: Date }[]
}

/** RFC 8935 §2.4. */
export class SignalError extends Error {
  constructor(
    readonly code: 'invalid_request' | 'invalid_key' | 'invalid_audience',
    readonly description: string,
  ) {
    super(description)
    this.name = 'SignalError'
  }
}

/**
 * Checks the claims of a token whose issuer and signature are right.
 *
 * @param expected.subjectIssuers who name the users of the connection: nobody else's names count
 * @throws SignalError
 */
export function checkSecurityEventToken(
  { header, claims }: { readonly header: Members; readonly claims: Members },
  expected: { readonly audience: string; readonly subjectIssuers: readonly string[]; readonly now: Date },
): Signal {
  if (typeOf(header) !== 'secevent+jwt') throw invalid('its typ must be secevent+jwt')
  if (![claims.aud].flat().includes(expected.audience))
    throw new SignalError('invalid_audience', 'the token is meant for another receiver')
  const { jti, iat, events } = claims
  if (!isName(jti)) throw invalid('its jti is missing or too long')
  if (!isObject(events)) throw invalid('its events are missing')
  if (!isTime(iat)) throw invalid('its iat is missing')
  const expiresAt = checkTimes(iat, claims.exp, expected.now)
  return {
    jti,
    expiresAt,
    events: Object.entries(EVENTS).flatMap(([name, kind]) => {
      const event = Object.hasOwn(events, name) ? events[name] : undefined
      if (!isObject(event)) return []
      const who = subjectIn(claims.sub_id ?? event.subject, expected.subjectIssuers)
      const { event_timestamp: time } = event
      const at = new Date((isTime(time) && time <= iat ? time : iat) * 1000)
      return who ? [{ kind, who, at }] : []
    }),
  }
}

/**
 * A transmitter that could not deliver tries again for a while. Tokens have no `exp` as a rule (RFC 8417 §2.2).
 *
 * @returns until when the token could come again
 */
function checkTimes(iat: number, exp: unknown, now: Date): Date {
  const seconds = now.getTime() / 1000
  if (exp !== undefined && !isTime(exp)) throw invalid('its exp is not a time')
  const end = Math.min(exp ?? Number.POSITIVE_INFINITY, iat + SIGNAL_MAX_AGE) + CLOCK_TOLERANCE
  if (end <= seconds) throw invalid('it has expired, or was issued too long ago')
  if (iat > seconds + CLOCK_TOLERANCE) throw invalid('it was issued in the future')
  return new Date(end * 1000)
}

/**
 * A subject identifier (RFC 9493), or that of a user, a session or both (Shared Signals §3.3). Undefined where it names
 * no user of ours: a device, a tenant, or somebody of another issuer.
 */
function subjectIn(identifier: unknown, issuers: readonly string[]): SignalSubject | undefined {
  if (!isObject(identifier)) return undefined
  const { user, session } = identifier
  if (user === undefined && session === undefined) return simpleSubject(identifier, issuers)
  const who = user === undefined ? {} : isObject(user) && simpleSubject(user, issuers)
  const sessionId = isObject(session) && formatOf(session) === 'opaque' ? session.id : undefined
  if (!who || (session !== undefined && !isName(sessionId))) return undefined
  return { ...who, ...(isName(sessionId) && { sessionId }) }
}

function simpleSubject(identifier: Members, issuers: readonly string[]): SignalSubject | undefined {
  const { iss, sub, email, id } = identifier
  switch (formatOf(identifier)) {
    case 'iss_sub':
      return issuers.some((issuer) => iss === issuer) && isName(sub) ? { subject: sub } : undefined
    case 'email':
      return isName(email) ? { email } : undefined
    case 'opaque':
      return isName(id) ? { account: id } : undefined
    default:
      return undefined
  }
}

/** Drafts called it `subject_type`, and its values had dashes. */
const formatOf = ({ format, subject_type: type }: Members): string =>
  String(format ?? type).replaceAll('-', '_')

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (reason: string) =>
  new SignalError('invalid_request', `the token is not acceptable: ${reason}`)
