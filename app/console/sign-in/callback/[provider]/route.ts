import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context } from '@/lib/services/services'
import { completeWithProvider } from '../../provider'

/** Where an identity provider sends an operator back; each has a callback of its own (RFC 9700 §4.4.2). */
export const GET = sessionEndpoint(context, completeWithProvider)
