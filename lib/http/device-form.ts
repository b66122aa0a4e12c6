import type { Typist } from '@/lib/oauth/ports/device'
import { addressIn, keptNetwork, networksOf } from './client-address'
import { formTokenOf } from './consent-form'

/** The form where users type codes is tied to the browser as a consent form is; no request has this id. */
export const DEVICE_FORM = 'device'

/** Wrong codes that one browser may type until they are forgotten: people misread one letter, not five codes. */
const BROWSER_LIMIT = 5

/**
 * The same of one network, which may be a whole office, or an attacker who throws cookies away; and of the wider ones
 * around it.
 */
const NETWORK_LIMITS = [100, 200, 400]

/** Who types a code (RFC 8628 §5.1). */
export function typistOf(request: Request, publicUrl: string): Typist {
  const address = addressIn(request.headers)
  return {
    browser: { key: `browser ${formTokenOf(request, publicUrl, DEVICE_FORM)}`, limit: BROWSER_LIMIT },
    networks: networksOf(address).map((network, index) => ({
      key: `network ${network}`,
      limit: NETWORK_LIMITS[index] ?? 0,
    })),
    network: keptNetwork(address),
  }
}
