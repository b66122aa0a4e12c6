import type { ApplicationLogos, ClientLogos, FoundLogo } from '@/lib/oauth/ports/brand'
import { untrustedNames } from '../fetch/host-names'
import { FetchProblem, type SafeFetchPolicy } from '../fetch/safe-request'
import { decodeImage } from './decode-image'
import { fetchImage } from './fetch-image'

/** Milliseconds for name look-up, connection and answer: a page waits without its logo for so long. */
const TIMEOUT = 4_000

/** Milliseconds until a logo is fetched again, and one that could not be had. */
const FRESH = { found: 86_400_000, missing: 3_600_000 }

/** Logos that are fetched and decoded at the same time; further ones are letters this time. */
const MOST_AT_ONCE = 3

type Options = Pick<SafeFetchPolicy, 'allowLoopback'> &
  Partial<Pick<SafeFetchPolicy, 'resolve' | 'proxy'>> & {
    readonly logos: ClientLogos
    readonly clock: () => Date
    readonly decode?: typeof decodeImage
  }

/**
 * Logos of applications that a metadata document describes, as small PNGs of our own, fetched when they are looked at
 * and kept. Applications that registered themselves have none: their documents are what they like. Decision 0109.
 */
export function applicationLogos({
  logos,
  clock,
  decode = decodeImage,
  ...policy
}: Options): ApplicationLogos {
  const rules = { resolve: untrustedNames(), ...policy, timeout: TIMEOUT }
  const running = new Map<string, Promise<Uint8Array | null>>()

  async function renew(clientId: string, { source, image }: FoundLogo): Promise<Uint8Array | null> {
    const fetched = await fetchImage(source, rules).then(decode, (error: unknown) => {
      if (error instanceof FetchProblem) return null
      throw error
    })
    // What was shown goes on while its host is down; at a new address it is another logo.
    const kept = fetched ?? image
    await logos.save(clientId, { source, image: kept, fetchedAt: clock() })
    return kept
  }

  return {
    async find(clientId) {
      const found = await logos.find(clientId)
      if (!found) return null
      const { image, fetchedAt } = found
      const age = fetchedAt ? clock().getTime() - fetchedAt.getTime() : Number.POSITIVE_INFINITY
      if (age < (image ? FRESH.found : FRESH.missing)) return image
      const before = running.get(clientId)
      if (before) return before
      if (running.size >= MOST_AT_ONCE) return image
      const started = renew(clientId, found).finally(() => running.delete(clientId))
      running.set(clientId, started)
      return started
    },
  }
}
