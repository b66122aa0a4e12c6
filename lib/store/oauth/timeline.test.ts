import { expect, it } from 'vitest'
import type { StoredTimelineEvent } from '@/drizzle/schema/authorization-requests'
import { shownTimeline } from './timeline'

const at = '2026-01-01T00:00:00.000Z'
const line = (step: StoredTimelineEvent['step'], more = {}): StoredTimelineEvent => ({
  at,
  step,
  outcome: 'ok',
  reason: 'ok',
  ...more,
})
const begun = [line('authorize'), line('callback')]
const replayed = line('token', { outcome: 'failed', reason: 'code_replayed' })

it.each([
  ['after what came before', begun, [...begun, line('token')]],
  ['before a replay', [...begun, replayed], [...begun, line('token'), replayed]],
  ['once where it is stored', [...begun, line('token'), replayed], [...begun, line('token'), replayed]],
])('a timeline says %s that tokens were given out', (_, stored, shown) => {
  expect(shownTimeline(stored, new Date(at))).toEqual(shown)
})

it('a timeline does not say so while no code was redeemed', () => {
  expect(shownTimeline(begun, null)).toEqual(begun)
})
