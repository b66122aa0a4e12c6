import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { ConsentView } from '@/lib/oauth/consent/view'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { ConsentCard } from './consent-card'

const brand: BrandView = { key: 'acme', version: 'v1', name: 'Acme', hasStyle: true, hasLogo: true }

const view: ConsentView = {
  client: { name: 'Claude', kind: 'registered', clientId: 'client-1' },
  redirect: { kind: 'loopback', host: '127.0.0.1:9876' },
  server: { name: 'Acme MCP', resource: 'https://mcp.acme.com/mcp' },
  connection: { name: 'Okta', scopes: [] },
  scopes: [],
  offline: false,
  reference: 'K7QM-2X9P',
}

const markup = (look?: BrandView) =>
  renderToStaticMarkup(
    createElement(ConsentCard, {
      view: { ...view, server: { ...view.server, ...(look && { brand: look }) } },
      formToken: 'form-token',
      requestId: 'request-1',
      action: '/oauth/consent/decision',
    }),
  )

/** The card and the small print, without what stands above them, and without marks. */
const withoutHeader = (html: string) =>
  html.replace(/<header.*<\/header>|<p class="mark-pair">.*?<\/p>/g, '').replace(/<link[^>]*>/g, '')

describe('a branded consent page', () => {
  it('shows logo and name of the server above the card, from our own origin', () => {
    const html = markup(brand)
    expect(html).toContain('<link rel="stylesheet" href="/oauth/consent/brand/acme/style.css?v=v1"/>')
    expect(html).toContain('src="/oauth/consent/brand/acme/logo?v=v1"')
    expect(html).toMatch(/<header class="brand">.*<bdi class="brand-name">Acme<\/bdi><\/header>/)
  })

  it('links to what the operator says elsewhere, and sends them no address of the page', () => {
    const html = markup({ ...brand, termsUrl: 'https://acme.example/terms', support: 'help@acme.example' })
    expect(html).toContain('<a href="https://acme.example/terms" rel="noreferrer">Terms</a>')
    expect(html).toContain('<a href="mailto:help@acme.example" rel="noreferrer">Help</a>')
    expect(html).not.toContain('Privacy')
  })

  it('has all the facts of a plain one: client, redirect host, warning, reference', () => {
    expect(withoutHeader(markup(brand))).toBe(withoutHeader(markup()))
    expect(withoutHeader(markup(brand))).toContain('Any program on this computer could be listening.')
  })

  it('has no external style, script or address, whatever the name contains', () => {
    const evil = { ...brand, name: '</header><style>.warning{display:none}</style>\u202eevil' }
    const html = markup(evil)
    expect(html).not.toMatch(/<style| style=|<script|\u202e/)
    expect(withoutHeader(html)).toBe(withoutHeader(markup()))
  })

  it('asks for no colour and no picture that the server does not have', () => {
    expect(markup({ ...brand, hasStyle: false, hasLogo: false })).not.toMatch(/<link|<img/)
    expect(markup()).toContain('<span class="brand-name">Vestibule</span>')
  })
})
