import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Tally } from './tally'
import { type ChaosWorld, RESOURCE_SECRET } from './world'

/** More than a pool has connections, so that each of them is used. */
const AT_ONCE = 40

/** Asks each instance for more at once than its pool has connections: one that is broken answers nothing, or 503. */
export async function checkPools({ instances, publicUrl }: ChaosWorld, tally: Tally): Promise<void> {
  for (const { port } of instances) {
    const asked = Array.from({ length: AT_ONCE }, () => introspect(port, new URL(publicUrl).host))
    const answers = await Promise.all(asked)
    for (const status of answers)
      if (status !== 200) tally.count('pool broken', `an instance answered ${status}`)
  }
}

/** The status, or what went wrong. */
async function introspect(port: number, host: string): Promise<number | string> {
  const asked = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/oauth/introspect',
    headers: {
      host,
      authorization: `Bearer ${RESOURCE_SECRET}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    timeout: 5_000,
  })
  asked.on('timeout', () => asked.destroy(new Error('no answer')))
  asked.end('token=vst_at_unknown')
  try {
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode ?? 0
  } catch (error) {
    return String(error)
  }
}
