import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/consent'
import { Destination } from './destination'
import { DeviceCodeForm } from './device-code-form'
import { DeviceCodeQuestion } from './device-code-question'

const words = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const form = {
  action: '/oauth/device/code',
  formId: 'device',
  formToken: 'form-token',
  language: 'en',
} as const

describe('consent for a device', () => {
  const html = renderToStaticMarkup(
    createElement(Destination, {
      redirect: { kind: 'device', host: '' },
      kind: 'registered',
      t: translator(messages, 'en'),
    }),
  )

  it('has no redirect, and warns of codes sent by an attacker', () => {
    expect(words(html)).toContain('A device wants to connect')
    expect(words(html)).toContain('You won’t be sent anywhere')
    expect(words(html)).toMatch(/Continue only if you just started this on your own device\./)
    expect(words(html)).not.toContain('You will be sent to')
  })
})

describe('the forms for codes', () => {
  it('are plain forms that carry the token of this browser', () => {
    for (const html of [
      renderToStaticMarkup(createElement(DeviceCodeForm, form)),
      renderToStaticMarkup(createElement(DeviceCodeQuestion, { ...form, userCode: 'WDJB-MJHT' })),
    ]) {
      expect(html).toMatch(/<form [^>]*method="post"/)
      expect(html).toContain('<input type="hidden" name="request" value="device"/>')
      expect(html).toContain('<input type="hidden" name="token" value="form-token"/>')
      expect(html.match(/<button/g)).toHaveLength(1)
      expect(html).not.toMatch(/<script|style=/)
    }
  })

  it('tell what was wrong where a screen reader finds it', () => {
    const html = renderToStaticMarkup(createElement(DeviceCodeForm, { ...form, refused: 'wrong' }))
    expect(html).toMatch(/id="refused" role="alert"/)
    expect(html).toMatch(/<input [^>]*aria-invalid="true" aria-describedby="refused"/)
  })
})
