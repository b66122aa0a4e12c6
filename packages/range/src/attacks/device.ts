import type { Attack } from '../attack'
import { NotOffered, Undecided } from '../errors'
import { textOf } from '../json'
import { gotTokens, type Target, told } from '../target'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** Bits that a user code has at least: six digits, with a limit on guesses. RFC 8628 §6.1 shows codes of 34. */
const LEAST_BITS = 19

async function begin(target: Target) {
  const url = target.endpoint('device_authorization')
  const client = await target.registered({
    grant_types: [GRANT],
    response_types: [],
    redirect_uris: [target.settings.redirectUri],
  })
  const answer = await target.http.form(url, {
    client_id: client.id,
    scope: target.scopes.join(' '),
    resource: target.settings.resource,
  })
  const [device, user] = [textOf(answer.json, 'device_code'), textOf(answer.json, 'user_code')]
  if (!device || !user) throw new Undecided(`a device gets no code: ${told(answer)}`)
  return { client, device, user }
}

export const deviceAttacks: readonly Attack[] = [
  {
    id: 'device-unapproved',
    gets: 'tokens without the user',
    reference: 'RFC 8628 §3.5',
    severity: 'critical',
    decides: 'a device gets tokens before the user approved it',
    run: async (target) => {
      const { client, device } = await begin(target)
      const form = { grant_type: GRANT, device_code: device, client_id: client.id }
      return gotTokens(await target.http.form(target.endpoint('token'), form))
        ? 'tokens without approval'
        : undefined
    },
  },
  {
    id: 'device-user-code',
    gets: 'the device that a user is about to approve, by guessing',
    reference: 'RFC 8628 §5.1, §6.1',
    severity: 'medium',
    decides: 'user codes have less than 19 bits',
    run: async (target) => {
      const codes: string[] = []
      for (let i = 0; i < 3; i++) codes.push((await begin(target)).user.replace(/[^A-Za-z0-9]/g, ''))
      const length = codes[0]?.length ?? 0
      if (length === 0) throw new NotOffered('user codes have no letters')
      const alphabet = /[A-Za-z]/.test(codes.join('')) ? (/\d/.test(codes.join('')) ? 32 : 20) : 10
      const bits = Math.floor(length * Math.log2(alphabet))
      return bits < LEAST_BITS ? `${length} characters, about ${bits} bits` : undefined
    },
  },
]
