import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { type RetentionOptions, startCleanUp } from './runner'

/** A log that keeps its events. */
function notes(): { readonly log: Log; readonly events: string[] } {
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  return { log: { info: note, warn: note, error: note }, events }
}

it('cleans up again and again, failures or not, and then stops', async () => {
  const { log, events } = notes()
  const failures = [new StoreUnavailable('postgres'), new Error('unexpected')]
  let runs = 0
  const stop = startCleanUp(
    async () => {
      const failure = failures[runs++]
      if (failure) throw failure
    },
    log,
    5,
  )
  await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(4))
  await stop()
  const ended = runs
  await wait(30)
  expect(runs).toBe(ended)
  expect(events).toEqual(['clean-up put off', 'clean-up failed'])
})

it('tells the one under way to stop, and waits for it', async () => {
  const { log } = notes()
  const seen: (AbortSignal | undefined)[] = []
  let finished = false
  const clean = async (_now: Date, { signal }: RetentionOptions) => {
    seen.push(signal)
    await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    finished = true
  }
  const stop = startCleanUp(clean, log, 5)
  await vi.waitFor(() => expect(seen).toHaveLength(1))
  await stop()
  expect(finished).toBe(true)
  expect(seen[0]?.aborted).toBe(true)
})

it('stops at once while it rests', async () => {
  const stop = startCleanUp(async () => {}, notes().log, 1e9)
  await stop()
})
