import { keptOut } from '../clients/standing'
import { advance, type NextStep, type OrderPorts } from '../flow/order'
import type { Server } from '../model'
import type { Guesser, Typist, WaitingDevice } from '../ports/device'
import type { Ports } from '../ports/ports'
import { AUTHORIZATION_REQUEST_LIFETIME, DEVICE_GUESS_WINDOW } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'
import { readUserCode } from '../protocol/user-code'

export type EnterCodePorts = Pick<Ports, 'clients' | 'servers'> & OrderPorts

/** No device waits for this code, or too many wrong codes were entered. */
export type CodeRefusal = { readonly go: 'refused'; readonly reason: 'wrong' | 'too_many' }

/**
 * A user has typed the code that a device shows (RFC 8628 §3.3): an authorization request begins that has no client to
 * go back to, and ends at the device. Typing the code again begins another one, and uses nothing up. Decision 0023.
 *
 * @param typed as it was typed
 * @param typist who types: wrong codes are counted for each browser and network (RFC 8628 §5.1)
 * @param endingUri our own page, where the browser leg ends
 */
export async function enterUserCode(
  typed: string,
  { browser, networks, network }: Typist,
  endingUri: string,
  ports: EnterCodePorts,
): Promise<NextStep | CodeRefusal> {
  const userCode = readUserCode(typed)
  if (!userCode) return { go: 'refused', reason: 'wrong' }
  const now = ports.clock()
  const resetsAt = new Date(now.getTime() + DEVICE_GUESS_WINDOW * 1000)
  const admit = (guessers: readonly Guesser[]) => ports.deviceCodes.admitGuess(guessers, { now, resetsAt })
  if (!(await admit([browser]))) return { go: 'refused', reason: 'too_many' }
  const isCalm = networks.length === 0 || (await admit(networks))
  const device = await ports.deviceCodes.findWaiting(hashSecret(userCode), now)
  const isNearby = device?.network !== undefined && device.network === network
  if (!isCalm && !isNearby) return { go: 'refused', reason: 'too_many' }
  const server = device && (await ports.servers.find(device.serverId))
  const client = device && (await ports.clients.findByRowId(device.clientRowId))
  if (!device || !server?.deviceGrant || !client || keptOut(server, client))
    return { go: 'refused', reason: 'wrong' }
  await ports.deviceCodes.forgiveGuess([browser, ...networks])
  return begin(server, device, endingUri, now, ports)
}

async function begin(
  server: Server,
  { id: deviceCodeId, clientRowId, clientId, scope }: WaitingDevice,
  endingUri: string,
  now: Date,
  ports: EnterCodePorts,
): Promise<NextStep> {
  const request = await ports.requests.create(
    {
      serverId: server.id,
      clientRowId,
      clientId,
      deviceCodeId,
      redirectUri: endingUri,
      responseMode: 'query',
      scope,
      // No earlier answer stands in: whose device it is has to be asked each time (RFC 8628 §5.4).
      prompt: ['consent'],
      expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
    },
    { at: now, step: 'authorize', outcome: 'ok', reason: 'ok', detail: 'A user typed the code of a device.' },
  )
  return advance({ server, request }, ports)
}
