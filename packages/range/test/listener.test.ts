import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { openListener } from '../src/listener'

it('a place inside the network sees every request, and none of a caller that hangs up', async () => {
  const listener = await openListener({ host: '127.0.0.1' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async () => {
    const before = listener.received()
    const [response] = await once(get(`${listener.base}/a`, { agent }), 'response')
    await once(response.resume(), 'end')
    return listener.received() - before
  }
  try {
    const silent = connect(Number(new URL(listener.base).port), '127.0.0.1')
    await once(silent, 'connect')
    silent.destroy()
    await once(silent, 'close')
    expect(listener.received()).toBe(0)
    expect(await ask()).toBeGreaterThan(0)
    // On the same connection.
    expect(await ask()).toBeGreaterThan(0)
  } finally {
    agent.destroy()
    await listener.close()
  }
})
