import { abandonedEvent } from '@/lib/logins/abandoned'
import { remedyFor } from '@/lib/messages/findings/provider-codes'
import type { RequestTimeline } from '@/lib/store/read/request-timelines'
import { printable } from './printable'

/**
 * The story of one login for people to read, with what to do about each failure.
 *
 * @param publicUrl our origin
 * @param now the database's time
 */
export function printTimeline(
  { timeline, ...request }: RequestTimeline,
  publicUrl: string,
  now: Date,
): string {
  const last = abandonedEvent(request, publicUrl, now)
  const facts = [
    ['Reference', request.reference],
    ['Organization', request.organization],
    ['Server', request.server],
    ['Client', printable(request.clientId ?? '(none)')],
    ['Began', request.createdAt.toISOString()],
    ['Outcome', request.outcome ?? (request.expiresAt > now ? 'under way' : 'given up')],
  ]
  const lines = [...timeline, ...(last ? [last] : [])].map(
    ({ at, step, outcome, reason, detail, codes = [] }) => {
      const line = [
        at,
        step.padEnd(9),
        outcome.padEnd(6),
        reason,
        ...(detail ? [printable(detail)] : []),
      ].join('  ')
      return reason !== 'ok' ? `${line}\n    ${remedyFor({ reason, codes }, 'en')}` : line
    },
  )
  return [...facts.map(([name, value]) => `${`${name}:`.padEnd(14)}${value}`), '', ...lines].join('\n')
}
