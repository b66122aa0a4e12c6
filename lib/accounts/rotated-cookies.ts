import { createHmac } from 'node:crypto'
import type { BetterAuthPlugin } from 'better-auth'
import { createAuthMiddleware } from 'better-auth/api'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'

/**
 * Signs cookies anew that an earlier key of the installation signed. The accounts library checks them with one key: a
 * new key in front would sign everybody out.
 *
 * @param secrets those of all keys, the current one first
 */
export function rotatedCookies(secrets: readonly string[]) {
  return {
    id: 'rotated-cookies',
    hooks: {
      before: [
        {
          matcher: ({ headers, request }) => Boolean((request?.headers ?? headers)?.get('cookie')),
          handler: createAuthMiddleware(async (context) => {
            const headers = new Headers(context.request?.headers ?? context.headers)
            const cookies = (headers.get('cookie') ?? '').split('; ')
            headers.set('cookie', cookies.map((cookie) => signedAnew(cookie, secrets)).join('; '))
            return { context: { headers } }
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin
}

/** `name=value.signature`, with the current signature where an earlier one is right; anything else as it is. */
function signedAnew(cookie: string, [current = '', ...earlier]: readonly string[]): string {
  const [name = '', encoded = ''] = cookie.split(/=(.*)/s)
  const [value, signature] = parts(encoded)
  if (!value || !earlier.some((secret) => equalSecrets(signature, signatureOf(value, secret)))) return cookie
  return `${name}=${encodeURIComponent(`${value}.${signatureOf(value, current)}`)}`
}

function parts(encoded: string): readonly [value: string, signature: string] {
  try {
    const decoded = decodeURIComponent(encoded)
    const end = decoded.lastIndexOf('.')
    return [decoded.slice(0, Math.max(end, 0)), decoded.slice(end + 1)]
  } catch {
    return ['', '']
  }
}

/** As the library makes it: HMAC-SHA-256, base64. */
const signatureOf = (value: string, secret: string) =>
  createHmac('sha256', secret).update(value).digest('base64')
