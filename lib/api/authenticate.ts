import { findKeyHolder, type KeyHolder } from '@/lib/api-keys/key-holder'
import { limitRefused } from '@/lib/http/limits'
import type { Management } from '@/lib/management/management'
import { Problem } from './problem'

const KEY = /^Bearer +(vst_key_[A-Za-z0-9_-]{43})$/i

/**
 * Who calls, by the key in the `Authorization` header (RFC 6750 §2.1).
 *
 * @throws Problem `unauthorized`, or `too-many-requests` where keys are refused too often
 */
export async function authenticate(request: Request, management: Management): Promise<KeyHolder> {
  const header = request.headers.get('authorization')
  if (!header) throw unauthorized('send one as Authorization: Bearer vst_key_…', 'Bearer realm="vestibule"')
  const key = KEY.exec(header)?.[1]
  const holder = key ? await findKeyHolder(key, management) : null
  if (holder) return holder
  const wait = limitRefused(management.limits, 'api', request)
  if (wait > 0)
    throw new Problem('too-many-requests', 'too many keys were refused', {
      headers: { 'retry-after': String(wait) },
    })
  throw unauthorized(
    'this key does not exist, has expired or was revoked',
    'Bearer realm="vestibule", error="invalid_token"',
  )
}

const unauthorized = (detail: string, challenge: string) =>
  new Problem('unauthorized', detail, { headers: { 'www-authenticate': challenge } })
