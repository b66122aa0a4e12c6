import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { later } from '@/lib/store/test-support/store-under-test'
import { type RetentionOptions, startCleanUp } from './runner'

const SOON = { behind: 5, done: 5 }

/** A log that keeps its events. */
function notes(): { readonly log: Log; readonly events: string[] } {
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  return { log: { info: note, warn: note, error: note }, events }
}

it('cleans up again and again, failures or not, and then stops', async () => {
  const { log, events } = notes()
  const failures = [new StoreUnavailable('postgres'), new Error('unexpected')]
  const times: Date[] = []
  let runs = 0
  const stop = startCleanUp(
    async (now) => {
      times.push(now)
      const failure = failures[runs++]
      if (failure) throw failure
      return []
    },
    () => later(7),
    log,
    SOON,
  )
  await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(4))
  await stop()
  const ended = runs
  await wait(30)
  expect(runs).toBe(ended)
  expect(events).toEqual(['clean-up put off', 'clean-up failed'])
  // By the clock it was given, and not by its own.
  expect(new Set(times)).toEqual(new Set(times.map(() => later(7))))
})

it('tells the one under way to stop, and waits for it', async () => {
  const { log } = notes()
  const seen: (AbortSignal | undefined)[] = []
  let finished = false
  const clean = async (_now: Date, { signal }: RetentionOptions) => {
    seen.push(signal)
    await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    finished = true
    return []
  }
  const stop = startCleanUp(clean, () => later(7), log, SOON)
  await vi.waitFor(() => expect(seen).toHaveLength(1))
  await stop()
  expect(finished).toBe(true)
  expect(seen[0]?.aborted).toBe(true)
})

it('stops at once while it rests', async () => {
  const stop = startCleanUp(
    async () => [],
    () => later(0),
    notes().log,
    { behind: 1, done: 1e9 },
  )
  await stop()
})

it('goes on without a pause while more is left', async () => {
  const results = [true, true, false].map((more) => [{ what: 'logins', count: 1, more }])
  let runs = 0
  const stop = startCleanUp(
    async () => results[runs++] ?? [],
    () => later(0),
    notes().log,
    {
      behind: 1,
      get done() {
        return runs === 0 ? 1 : 1e9
      },
    },
  )
  await vi.waitFor(() => expect(runs).toBe(3))
  await wait(30)
  expect(runs).toBe(3)
  await stop()
})
