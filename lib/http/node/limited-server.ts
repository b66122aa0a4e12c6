import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { taken } from './taken-answers'

/** Milliseconds that a client may take to send the head of a request, and all of it. */
const SENDING: ServerOptions = { headersTimeout: 20_000, requestTimeout: 60_000 }

/** A server that ends the connection of a client who sends a request, or takes an answer, drop by drop. */
export function limitedServer(listener: RequestListener, sending: ServerOptions = SENDING): Server {
  return taken(createServer(sending, listener))
}
