import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { smtpSender } from './smtp'

const authority = makeAuthority()
const MAIL = { subject: 'An invitation', text: 'https://auth.example/secret', html: '<p>secret</p>' }

/** An SMTP server that takes mails of one account alone, and what it was told: credentials, and mails. */
async function startServer(options: SMTPServerOptions) {
  const told: string[] = []
  const server = new SMTPServer({
    ...authority.issue(),
    onAuth({ username = '', password = '' }, _session, done) {
      told.push(`${username} ${password}`)
      if (password === 'p@ss/word') return done(null, { user: username })
      done(Object.assign(new Error('no'), { responseCode: 535 }))
    },
    onData(stream, _session, done) {
      told.push('a mail')
      stream.resume().on('end', () => done())
    },
    ...options,
  })
  // What it refuses, it reports.
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())))
  return { told, port: (listening.address() as AddressInfo).port }
}

const send = (url: string, ca?: string) =>
  smtpSender({ url, from: 'login@acme.example', requireTls: true, language: 'en' }, ca)(
    'vera@example.com',
    'id',
    MAIL,
  )

describe('mail over TLS', () => {
  it.each([
    ['smtps', { secure: true }],
    ['smtp', {}],
  ])(
    'by %s reaches a server whose certificate is trusted, with the credentials of its URL',
    async (scheme, options) => {
      const { told, port } = await startServer(options)
      expect(await send(`${scheme}://acme:p%40ss%2Fword@127.0.0.1:${port}`, authority.cert)).toBeNull()
      expect(told).toEqual(['acme p@ss/word', 'a mail'])
    },
  )

  it.each([
    ['a certificate that is not trusted', 'smtps', { secure: true }, undefined],
    ['a certificate that is not trusted, after STARTTLS', 'smtp', {}, undefined],
    [
      'an attacker in between who withholds STARTTLS',
      'smtp',
      { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] },
      authority.cert,
    ],
    [
      'a server that speaks no TLS at all',
      'smtp',
      { disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
      authority.cert,
    ],
  ])('tells neither credentials nor the mail to %s', async (_, scheme, options, ca) => {
    const { told, port } = await startServer(options)
    expect(await send(`${scheme}://acme:p%40ss%2Fword@127.0.0.1:${port}`, ca)).toMatchObject({
      isFinal: false,
    })
    expect(told).toEqual([])
  })

  it('is tried again when the server refuses the credentials, which can be mended', async () => {
    const { told, port } = await startServer({ secure: true })
    expect(await send(`smtps://acme:wrong@127.0.0.1:${port}`, authority.cert)).toEqual({
      problem: 'SMTP 535',
      isFinal: false,
    })
    expect(told).toEqual(['acme wrong'])
  })
})
