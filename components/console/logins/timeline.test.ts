import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { ExplainedEvent } from '@/lib/logins/logins'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/logins'
import { messages as reasons } from '@/lib/messages/reasons'
import { Timeline } from './timeline'

const REASONS = Object.keys(reasons.en) as ExplainedEvent['reason'][]

it.each(['en', 'de'] as const)(
  'names settings and parameters as code, whatever has happened: %s',
  (language) => {
    const events = REASONS.map(
      (reason) => ({ at: new Date(0), step: 'callback', outcome: 'failed', reason }) as const,
    )
    const html = renderToStaticMarkup(
      createElement(Timeline, { events, language, t: translator(messages, language) }),
    )
    expect(html).toContain('<code>client_id</code>')
    const sentences = html.replace(/<code>.*?<\/code>/g, '').replace(/<[^>]*>/g, ' ')
    expect(sentences.match(/[a-zA-Z]+(_[a-zA-Z]+)+/g)).toBeNull()
  },
)

it('a user who said no is shown as that, and not as a failure', () => {
  const event = { at: new Date(0), step: 'decision', outcome: 'failed', reason: 'denied_by_user' } as const
  const t = translator(messages, 'en')
  const html = renderToStaticMarkup(createElement(Timeline, { events: [event], language: 'en', t }))
  expect(html).toContain('Denied')
  expect(html).not.toMatch(/Failed|timeline-failed/)
})
