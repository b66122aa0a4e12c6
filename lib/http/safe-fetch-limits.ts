import type { FetchedJson, Fetcher } from '@/lib/oauth/ports'
import { FetchProblem, type SafeFetchPolicy, safeFetch } from './safe-fetch'

/** Milliseconds for name look-up, connection and answer together: a person is waiting. */
const TIMEOUT = 5_000

/** Requests that one host gets from one process within {@link WINDOW}: nobody may use us as a hammer. */
const BUDGET = 30

/** Milliseconds. */
const WINDOW = 60_000

/** Milliseconds that a failure is remembered, in this process alone: whoever mends a document can try again soon. */
const FAILURE_MEMORY = 10_000

/** Hosts and failures that are remembered at most. */
const MAX_REMEMBERED = 1_000

type Failure = { readonly failed: FetchedJson; readonly until: number }
type Spent = { readonly count: number; readonly until: number }

/**
 * The fetcher of this process, over {@link safeFetch}: callers who want the same at the same time share one request,
 * and a host that is asked too often is left alone.
 *
 * @param policy.now milliseconds
 */
export function limitedFetcher(
  policy: Pick<SafeFetchPolicy, 'allowLoopback' | 'resolve'> & { readonly now?: () => number },
): Fetcher {
  const { now = Date.now, ...rest } = policy
  const inFlight = new Map<string, Promise<FetchedJson>>()
  const failures = new Map<string, Failure>()
  const budgets = new Map<string, Spent>()

  function spend(host: string): boolean {
    const spent = live(budgets, host, now())
    const count = (spent?.count ?? 0) + 1
    if (count > BUDGET) return false
    remember(budgets, host, { count, until: spent?.until ?? now() + WINDOW })
    return true
  }

  async function attempt(url: string, maxBytes: number): Promise<FetchedJson> {
    const known = live(failures, url, now())
    if (known) return known.failed
    if (!spend(new URL(url).host)) return { outcome: 'failed', problem: 'its host has been asked too often' }
    try {
      const { body, freshFor } = await safeFetch(url, maxBytes, { ...rest, timeout: TIMEOUT })
      return { outcome: 'fetched', body, freshFor }
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error
      const failed = { outcome: 'failed', problem: error.message, detail: error.detail } as const
      remember(failures, url, { failed, until: now() + FAILURE_MEMORY })
      return failed
    }
  }

  return {
    fetchJson(url, maxBytes) {
      const running = inFlight.get(url)
      if (running) return running
      const started = attempt(url, maxBytes).finally(() => inFlight.delete(url))
      inFlight.set(url, started)
      return started
    },
  }
}

function live<T extends { readonly until: number }>(map: Map<string, T>, key: string, now: number) {
  const found = map.get(key)
  if (found && found.until > now) return found
  map.delete(key)
  return undefined
}

/** The oldest entry makes room. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  const [oldest] = map.keys()
  if (map.size >= MAX_REMEMBERED && !map.has(key) && oldest !== undefined) map.delete(oldest)
  map.set(key, value)
}
