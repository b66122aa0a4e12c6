import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context } from '@/lib/services/services'
import { beginWithProvider } from '../../provider'

/** Sends the browser to an identity provider that operators sign in with. */
export const POST = sessionEndpoint(context, beginWithProvider)
