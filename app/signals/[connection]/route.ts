import { hasContentType, readText } from '@/lib/http/body'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { providerEndpoint } from '@/lib/http/provider/provider-endpoint'
import { receiveSignal } from '@/lib/oauth/logout/receive-signal'
import { SignalError } from '@/lib/oauth/protocol/security-event-token'
import { context } from '@/lib/services/services'

/** Where the Shared Signals transmitter of a connection pushes security events to (RFC 8935 §2). */
export const POST = providerEndpoint(context, async ({ connectionId, request, ports }) => {
  if (!hasContentType(request, 'application/secevent+jwt'))
    throw new SignalError('invalid_request', 'the body must be application/secevent+jwt')
  return (await receiveSignal(connectionId, (await readText(request)).trim(), ports)) ? 202 : null
})

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
