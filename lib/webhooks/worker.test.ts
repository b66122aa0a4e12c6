import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { startWorker, type Work } from './worker'

/** A log that keeps its events. */
function notes(): { readonly log: Log; readonly events: string[] } {
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  return { log: { info: note, warn: note, error: note }, events }
}

const turns = (count: number, turn: (signal: AbortSignal) => Promise<void>): Work => {
  let left = count
  return { prepare: async () => {}, next: async () => (left-- > 0 ? turn : null) }
}

it('goes on through outages of the database and failures of all kinds, and then stops', async () => {
  const { log, events } = notes()
  let looks = 0
  const failing: Work = {
    async prepare() {
      looks += 1
      if (looks === 1) throw new StoreUnavailable('postgres')
    },
    async next() {
      if (looks === 2) throw new Error('unexpected')
      if (looks !== 3 || events.length > 2) return null
      return async () => {
        events.push('turn')
        throw new StoreUnavailable('postgres')
      }
    },
  }
  const stop = startWorker(failing, log, 5)
  await vi.waitFor(() => expect(looks).toBeGreaterThanOrEqual(5))
  await stop()
  const ended = looks
  await wait(30)
  expect(looks).toBe(ended)
  expect(events).toEqual(['webhooks put off', 'webhooks failed', 'turn', 'webhooks put off'])
})

it('takes up to four turns at a time, and everything without a rest between', async () => {
  let [now, most, done] = [0, 0, 0]
  const stop = startWorker(
    turns(20, async () => {
      most = Math.max(most, ++now)
      await wait(2)
      now -= 1
      done += 1
    }),
    notes().log,
    1e9,
  )
  await vi.waitFor(() => expect(done).toBe(20))
  expect(most).toBe(4)
  await stop()
})

it('tells turns under way to stop, and waits for them', async () => {
  let finished = false
  let begun = false
  const stop = startWorker(
    turns(1, async (signal) => {
      begun = true
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await wait(10)
      finished = true
    }),
    notes().log,
    5,
  )
  await vi.waitFor(() => expect(begun).toBe(true))
  await stop()
  expect(finished).toBe(true)
})

it('stops at once while it rests', async () => {
  const stop = startWorker(
    turns(0, async () => {}),
    notes().log,
    1e9,
  )
  await wait(5)
  await stop()
})
