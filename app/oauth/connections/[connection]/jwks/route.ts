import { httpHandler, pathOf } from '@/lib/http/http-handler'
import { requestOrigin } from '@/lib/http/issuer'
import { cacheFor, json, notFound } from '@/lib/http/json-response'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { KEY_SET_MAX_AGE } from '@/lib/oauth/protocol/lifetimes'
import { management } from '@/lib/services/services'

/** The public keys that we sign with at the identity provider of a connection (`private_key_jwt`). */
export const GET = httpHandler(async (request) => {
  const { publicUrl, ports, sealer } = await management()
  const id = pathOf(request).split('/').at(-2) ?? ''
  const isHere = requestOrigin(request, publicUrl) === publicUrl && (await ports.connections.find(id))
  if (!isHere) return notFound()
  const keys = sealer.connectionKeys.published(id, ports.clock())
  return json({ keys }, 200, cacheFor(KEY_SET_MAX_AGE))
})

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
