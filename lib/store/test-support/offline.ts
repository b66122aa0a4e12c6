import type { Ports } from '@/lib/oauth/ports/ports'

const unreachable = () => Promise.reject(new Error('this test reaches no network'))

/** The ports that lead to other machines, for tests that need none: asking fails, and there is nothing to revoke. */
export const offline = {
  upstream: {
    begin: unreachable,
    complete: unreachable,
    refresh: unreachable,
    verify: unreachable,
    verifySignal: unreachable,
    receive: unreachable,
    revoke: async () => ({ outcome: 'unsupported' }),
  },
  fetcher: {
    fetchJson: async () => ({
      outcome: 'failed',
      failure: 'unreachable',
      problem: 'this test reaches no network',
    }),
  },
  assertionIds: { spend: unreachable },
  assertionVerifier: { verify: async () => null },
} as const satisfies Partial<Ports>
