import { type SQL, sql } from 'drizzle-orm'
import { authorizationRequests, type StoredTimelineEvent } from '@/drizzle/schema/authorization-requests'
import type { TimelineEvent } from '@/lib/oauth/timeline'

/** A client with a request's id can make its timeline grow, up to this many lines. */
const MAX_LINES = 100

export function storedEvent(event: TimelineEvent): StoredTimelineEvent {
  return { ...event, at: event.at.toISOString() }
}

/** For `set({ timeline: … })`: the row's timeline with more lines. */
export function withEvents(...events: readonly TimelineEvent[]): SQL<readonly StoredTimelineEvent[]> {
  return withLines(sql`${linesOf(...events)}`)
}

/** As {@link withEvents}, with the {@link linesOf} them. */
export function withLines(lines: SQL): SQL<readonly StoredTimelineEvent[]> {
  const { timeline } = authorizationRequests
  return sql`case when jsonb_array_length(${timeline}) < ${sql.raw(String(MAX_LINES))} then ${timeline} || ${lines}::jsonb else ${timeline} end`
}

/** Events as what a timeline is extended by. */
export const linesOf = (...events: readonly TimelineEvent[]): string =>
  JSON.stringify(events.map(storedEvent))

/**
 * A timeline as it is shown: with the line that the tokens were given out, which stands on the grant. To write it into the
 * timeline as well would cost an exchange more than all else that it writes. Decision 0119.
 *
 * @param redeemedAt of the grant that the request led to
 */
export function shownTimeline(
  timeline: readonly StoredTimelineEvent[],
  redeemedAt: Date | null,
): readonly StoredTimelineEvent[] {
  const first = timeline.findIndex(({ step }) => step === 'token')
  // One that is older than the decision has it.
  if (!redeemedAt || timeline[first]?.outcome === 'ok') return timeline
  const line = { at: redeemedAt.toISOString(), step: 'token', outcome: 'ok', reason: 'ok' } as const
  // What else is said of tokens comes after: that the code was brought again.
  return timeline.toSpliced(first < 0 ? timeline.length : first, 0, line)
}
