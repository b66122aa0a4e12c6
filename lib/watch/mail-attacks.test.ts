import { beforeEach, describe, expect, it } from 'vitest'
import { createServices } from '@/lib/test-support/management'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { decoded } from './test-support/mail-server'
import { mailSetUp, PUBLIC_URL } from './test-support/mail-set-up'

const { apply, store } = testInstallation()
const { scope } = createServices(store)
const { sender, server, rows, forget } = mailSetUp(store)

beforeEach(async () => {
  await apply(EXAMPLE)
  await forget()
})

describe('an attacker', () => {
  it.each([
    'vera@example.com\r\nBcc: victim@example.com',
    'vera@example.com\nSubject: You have won',
    'vera@example.com, victim@example.com',
    '"vera@example.com,victim"@example.com',
    'Vera <victim@example.com>',
    'group:victim@example.com;',
    '-oQ/tmp@example.com',
    'vera@example..com',
    'vera@',
    'vera\u202e@example.com',
    'vera\0@example.com',
  ])('has nothing sent to %j', async (to) => {
    const { taken, sendAll } = await server()
    const sentTo = await sender().send({
      kind: 'operator_invitation',
      to,
      organizationId: null,
      link: `${PUBLIC_URL}/a`,
    })
    await sendAll()
    expect([sentTo, taken, await rows()]).toEqual([undefined, [], []])
  })

  it('puts neither headers nor links nor markup into a mail by a name', async () => {
    const { taken, sendAll } = await server()
    const connection =
      'Okta\r\nBcc: victim@example.com\r\n\r\n<a href="https://evil.example">Win</a> http://evil.example evil.example'
    await sender().send({
      kind: 'alert_connection',
      to: "ünï+o'neil@bücher.example",
      organizationId: null,
      values: { connection },
      link: `${PUBLIC_URL}/console`,
    })
    await sendAll()
    const { raw = '', to } = taken[0] ?? {}
    expect(to).toEqual(["ünï+o'neil@bücher.example"])
    expect(raw).not.toMatch(/^Bcc/im)
    const body = decoded(raw)
    expect(body).not.toMatch(/evil\.example|<a href="https:\/\/evil/)
    expect(
      [...body.matchAll(/https?:\/\/[^\s"<]+/g)]
        .map(([url]) => url)
        .filter((url) => !url.startsWith(PUBLIC_URL)),
    ).toEqual([])
  })

  it('cannot have us link anywhere else', async () => {
    const foreign = { kind: 'invitation', to: 'vera@example.com', organizationId: null } as const
    for (const link of [
      'https://evil.example/',
      `${PUBLIC_URL}.evil.example/`,
      `${PUBLIC_URL}@evil.example/`,
    ])
      expect(await sender().send({ ...foreign, link })).toBeUndefined()
    expect(await rows()).toEqual([])
  })

  it('of one organization floods no mailbox, at once or one after the other, and takes nothing from others', async () => {
    const { organizationId } = await scope('acme')
    const theirs = await scope('globex')
    const one = (to: string, of = organizationId) =>
      sender().send({ kind: 'invitation', to, organizationId: of, link: `${PUBLIC_URL}/a` })
    const sent = await Promise.all(Array.from({ length: 12 }, () => one('victim@example.com')))
    expect(sent.filter((to) => to !== undefined)).toHaveLength(5)
    expect(await one('victim@example.com')).toBeUndefined()
    expect(await one('victim@example.com', theirs.organizationId)).toBe('victim@example.com')
    expect(await one('other@example.com')).toBe('other@example.com')
  })
})
