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

/** As {@link withEvents}, for a statement that is written by hand. */
export const extendedTimeline = (lines: string): string =>
  `case when jsonb_array_length(timeline) < ${MAX_LINES} then timeline || ${lines}::jsonb else timeline end`
