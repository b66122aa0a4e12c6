import { DOCUMENT_CACHE, SIGNING_KEY_CACHE } from '@/lib/oauth/protocol/lifetimes'
import { inSeconds, PUBLICATION_LEAD, type Scheduled, scheduleKeys } from './key-schedule'
import {
  type KeyChange,
  newSigningKey,
  type PublicSigningKey,
  type SigningKey,
  type SigningKeys,
} from './signing-key'

export type Rotation = {
  /** `under_way`: an earlier rotation's key is published and does not sign yet, so nothing was done. */
  readonly outcome: 'rotated' | 'under_way'
  /** All keys of the server, as they are now. */
  readonly keys: readonly Scheduled<PublicSigningKey>[]
}

/**
 * Gives a server a new signing key. By default it is published first and signs once every verifier can know it, and its
 * predecessor stays published until the last token it signed has expired, so no client notices. Decision 0021.
 *
 * @param emergency a key may be compromised: the new one signs as soon as every process of ours publishes it, and all others are withdrawn as soon as no
 *   process of ours can still sign with them
 */
export async function rotateKey(
  keys: SigningKeys,
  serverId: string,
  now: Date,
  { emergency = false }: { readonly emergency?: boolean } = {},
): Promise<Rotation> {
  const key = await newSigningKey()
  const after = await keys.change(serverId, (stored) => {
    const scheduled = scheduleKeys(stored, now)
    if (emergency) return replaceAll(scheduled, key, now)
    if (scheduled.some(({ state }) => state === 'next')) return {}
    const activatesAt = stored.length > 0 ? inSeconds(now, PUBLICATION_LEAD) : now
    return { insert: { ...key, activatesAt }, remove: named(scheduled, 'expired') }
  })
  const rotated = after.some(({ kid }) => kid === key.kid)
  return { outcome: rotated ? 'rotated' : 'under_way', keys: scheduleKeys(after, now) }
}

function replaceAll(
  scheduled: readonly Scheduled<PublicSigningKey>[],
  key: SigningKey,
  now: Date,
): KeyChange {
  // A next key has signed nothing, and an attacker with the others may have it too.
  const remove = [...named(scheduled, 'expired'), ...named(scheduled, 'next')]
  const end = inSeconds(now, SIGNING_KEY_CACHE)
  const longer = scheduled.filter(
    ({ kid, withdrawnAt }) => !remove.includes(kid) && (!withdrawnAt || withdrawnAt > end),
  )
  return {
    insert: { ...key, activatesAt: inSeconds(now, DOCUMENT_CACHE) },
    withdraw: { kids: longer.map(({ kid }) => kid), at: end },
    remove,
  }
}

const named = (keys: readonly Scheduled<PublicSigningKey>[], wanted: Scheduled<unknown>['state']) =>
  keys.filter(({ state }) => state === wanted).map(({ kid }) => kid)
