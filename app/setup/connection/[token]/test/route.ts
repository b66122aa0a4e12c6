import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context } from '@/lib/services/services'
import { beginTest } from './begin'

/** Begins a test of the connection of a setup link. */
export const POST = sessionEndpoint(context, beginTest)
