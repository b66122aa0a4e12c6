import type { Guesser } from '@/lib/oauth/ports/device'
import { ADDRESS_HEADER, networkOf } from './client-address'
import { formTokenOf } from './consent-form'

/** The form where users type codes is tied to the browser as a consent form is; no request has this id. */
export const DEVICE_FORM = 'device'

/** Wrong codes that one browser may type until they are forgotten: people misread one letter, not five codes. */
const BROWSER_LIMIT = 5

/** The same of one network, which may be a whole office, or an attacker who throws cookies away. */
const NETWORK_LIMIT = 100

/** Who types a code (RFC 8628 §5.1). */
export function guessersOf(request: Request, publicUrl: string): readonly Guesser[] {
  const network = networkOf(request.headers.get(ADDRESS_HEADER) ?? '')
  return [
    { key: `browser ${formTokenOf(request, publicUrl, DEVICE_FORM)}`, limit: BROWSER_LIMIT },
    { key: `network ${network}`, limit: NETWORK_LIMIT },
  ]
}
