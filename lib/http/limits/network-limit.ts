import { networksOf } from '../client-address'
import type { Ceiling } from './rate-limit'

/** Counts what is taken for a key, in this process or for all instances. */
export type Counter = {
  /** @returns 0 when there was one left, otherwise the whole seconds until there is */
  take(key: string): number | Promise<number>
  /** Takes one back, which was refused elsewhere. */
  giveBack(key: string): void | Promise<void>
}

export type NetworkCeilings = {
  /** For one address; a wider network of it has a multiple. */
  readonly own: Ceiling
  /** For all of them together. */
  readonly shared: Ceiling
  /** What a whole network may have of the reserve. */
  readonly little: Ceiling
}

export type NetworkLimit = {
  /**
   * Takes one.
   *
   * @param address of the client; empty when it is not known
   * @param scopes what is counted apart: for the address's own ceiling, and for the shared one
   * @returns 0 when that is allowed, otherwise the whole seconds to wait
   */
  take(address: string, scopes: { readonly own: string; readonly shared: string }): Promise<number>
}

/** How many times the ceiling of an address its wider networks have, the narrowest first. */
const WIDTHS = [1, 2, 4] as const

/** The part of the shared ceiling that only networks that ask for little may use. */
const RESERVE = 0.25

/**
 * Limits what strangers may do at three widths of their network, and all of them together. No network uses up what is
 * shared: when it is gone, there is a reserve for those that ask for little, of which each has a little. Decision 0066.
 *
 * @param counter makes the counter of this name
 */
export function networkLimit(
  { own, shared, little }: NetworkCeilings,
  counter: (name: string, ceiling: Ceiling) => Counter,
): NetworkLimit {
  const widths = WIDTHS.map((factor) => counter(`width-${factor}`, times(own, factor)))
  const main = counter('shared', times(shared, 1 - RESERVE))
  const reserve = counter('reserve', times(shared, RESERVE))
  const ofReserve = counter('little', little)

  return {
    async take(address, scopes) {
      const networks = networksOf(address)
      const buckets = networks.flatMap((network, index) => {
        const counter = widths[index]
        return counter ? [{ counter, key: `${scopes.own} ${network}` }] : []
      })
      const all = [...buckets, { counter: main, key: scopes.shared }]
      // At the same time, as each may be a question over the network. What one network is refused, it does not take from
      // the others, nor from what is shared.
      const waits = await Promise.all(all.map(({ counter, key }) => counter.take(key)))
      const ofNetworks = Math.max(0, ...waits.slice(0, -1))
      if (ofNetworks > 0) {
        const taken = all.filter((_, index) => waits[index] === 0)
        await Promise.all(taken.map(({ counter, key }) => counter.giveBack(key)))
        return ofNetworks
      }
      const wait = waits.at(-1) ?? 0
      const widest = networks.at(-1)
      if (wait === 0 || !widest) return wait
      if ((await ofReserve.take(`${scopes.shared} ${widest}`)) > 0) return wait
      return (await reserve.take(scopes.shared)) > 0 ? wait : 0
    },
  }
}

const times = ({ burst, perSecond }: Ceiling, factor: number): Ceiling => ({
  burst: Math.max(1, Math.floor(burst * factor)),
  perSecond: perSecond * factor,
})
