import { describe, expect, it } from 'vitest'
import { printTimeline } from '@/lib/cli/print-timeline'
import { abandonedEvent } from './abandoned'

const NOW = new Date('2026-11-21T12:00:00Z')
const GONE = {
  expiresAt: new Date('2026-11-21T11:59:59Z'),
  consentedAt: new Date('2026-11-21T11:49:59Z'),
  connectionId: 'acme-okta',
}
const of = (changes: object) => abandonedEvent({ ...GONE, ...changes }, 'https://auth.example.com', NOW)

describe('a login that went to the identity provider and did not come back', () => {
  it('says so, with the exact callback URL to compare', () => {
    expect(of({})).toEqual({
      at: '2026-11-21T11:59:59.000Z',
      step: 'upstream',
      outcome: 'failed',
      reason: 'upstream_never_returned',
      detail: expect.stringMatching(/ https:\/\/auth\.example\.com\/oauth\/callback\/acme-okta$/),
    })
  })

  it.each([
    ['is under way', { expiresAt: new Date('2026-11-21T12:00:01Z') }],
    ['ended otherwise', { outcome: 'denied' }],
    ['never left the consent page', { consentedAt: undefined, connectionId: undefined }],
    ['was sent back to the consent page', { consentedAt: undefined }],
  ])('is not one that %s', (_case, changes) => {
    expect(of(changes)).toBeUndefined()
  })

  it('ends the timeline on the command line, with what to do', () => {
    const at = '2026-11-21T11:49:59.000Z'
    const printed = printTimeline(
      {
        ...GONE,
        reference: 'ABCD-1234',
        organization: 'acme',
        server: 'main',
        createdAt: new Date(at),
        timeline: [{ at, step: 'decision', outcome: 'ok', reason: 'ok' }],
      },
      'https://auth.example.com',
      new Date('2027-01-01T00:00:00Z'),
    )
    expect(printed).toMatch(/Outcome: +given up/)
    expect(printed).toMatch(
      /upstream +failed +upstream_never_returned .*callback\/acme-okta\n {4}The user was sent/,
    )
  })
})
