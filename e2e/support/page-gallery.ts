import type { Page } from '@playwright/test'
import { DEVICE } from './device-gallery'
import type { GalleryItem } from './gallery-item'
import { hostFetch } from './host-fetch'
import { authorizeUrl, logIn, makePkce, post, register } from './test'
import type { World } from './world'

type Consent = {
  readonly redirectUri: string
  readonly client?: Readonly<Record<string, unknown>>
  readonly scope?: string
}

const CLI_REDIRECT = 'http://127.0.0.1:9876/callback'

/** The URL that leads to a consent page: of the preregistered client, or of one that registers for it. */
export async function consentUrl(world: World, { redirectUri, client, scope }: Consent): Promise<string> {
  const { challenge } = makePkce()
  const issuer = world.issuers.root
  const metadata = { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none', ...client }
  const client_id = client ? (await register(issuer, metadata)).client_id : 'cli'
  return authorizeUrl(issuer, { client_id, redirect_uri: redirectUri, code_challenge: challenge, scope })
}

const consent = (asked: Consent) => async (page: Page, world: World) =>
  page.goto(await consentUrl(world, asked))

/** The consent page of a client that the same person has connected before, in the same browser. */
const consentAgain =
  (redirectUri: string, before: string, now: string) => async (page: Page, world: World) => {
    const issuer = world.issuers.root
    const metadata = { client_name: 'Notes for desktops', redirect_uris: [redirectUri] }
    const { client_id } = await register(issuer, { ...metadata, token_endpoint_auth_method: 'none' })
    const url = (scope: string, { challenge } = makePkce()) =>
      authorizeUrl(issuer, { client_id, redirect_uri: redirectUri, code_challenge: challenge, scope })
    const pkce = makePkce()
    // In another tab, so that only the page that is on show is looked at.
    const tab = await page.context().newPage()
    const back = await logIn(tab, url(before, pkce))
    await tab.close()
    const code = back.searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', client_id, redirect_uri: redirectUri, code }
    await post(`${issuer}/oauth/token`, { ...form, code_verifier: pkce.verifier } as Record<string, string>)
    return page.goto(url(now))
  }

/** Addresses and names as long as they may be: nothing may be cut where it matters, or stick out. */
const LONG_HOST = `${'a-very-long-label-that-goes-on-and-on-'.repeat(4)}x.${'another-'.repeat(5)}host.example.com`
const LONG_NAME = `Notizbuchverwaltungsgesellschaft${'mitbeschränkterhaftung'.repeat(7)}`

const CONSENT: readonly GalleryItem[] = [
  {
    name: 'consent for a client of the operator',
    open: consent({ redirectUri: CLI_REDIRECT }),
    status: 200,
    says: [
      'Acme CLI',
      'Acme MCP',
      'See your name and e-mail address',
      'a program on this computer',
      'Acme Login',
    ],
  },
  {
    name: 'consent for a client that registered itself',
    open: consent({
      redirectUri: 'https://claude.ai/api/mcp/auth_callback',
      client: { client_name: 'Claude', client_uri: 'https://claude.ai' },
      scope: 'profile:read offline_access',
    }),
    status: 200,
    says: [
      'Claude',
      'registered itself',
      'claude.ai',
      'Stay connected',
      'See your name and e-mail address',
      'What you allowed this application before stays allowed.',
    ],
  },
  {
    name: 'consent for an app with a scheme of its own',
    open: consent({
      redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
      client: { client_name: 'Cursor' },
    }),
    status: 200,
    says: ['Cursor', 'cursor://', 'Be careful'],
  },
  {
    name: 'consent for a client without a name or a scope',
    open: consent({ redirectUri: CLI_REDIRECT, client: {}, scope: 'unknown:scope' }),
    status: 200,
    says: ['An unnamed application', 'it asks for no specific permission'],
  },
  {
    name: 'consent for a client that says too much',
    open: consent({
      redirectUri: `https://${LONG_HOST}/callback`,
      client: { client_name: LONG_NAME, client_uri: `https://${LONG_HOST}/${'path/'.repeat(40)}` },
    }),
    status: 200,
    says: [LONG_HOST, 'Notizbuchverwaltungsgesellschaft'],
  },
  {
    name: 'consent for a client that writes from right to left',
    open: consent({ redirectUri: 'https://example.com/cb', client: { client_name: 'دفتر ملاحظات' } }),
    status: 200,
    says: ['دفتر ملاحظات', 'example.com'],
  },
  {
    name: 'consent for more than was allowed before',
    open: consentAgain(CLI_REDIRECT, 'profile:read', 'profile:read notes:write'),
    status: 200,
    says: [/New\s*Add notes for you/, /Already allowed\s*See your name.*Stay connected/],
  },
  {
    name: 'consent for what was allowed before',
    open: consentAgain('https://notes.example/callback', 'profile:read notes:write', 'profile:read'),
    status: 200,
    says: [/it is already allowed to\s*See your name.*Add notes.*Stay connected/],
  },
  {
    name: 'consent in a browser that refuses cookies',
    open: async (page, world) => {
      const begun = await hostFetch(await consentUrl(world, { redirectUri: CLI_REDIRECT }))
      const request = new URL(begun.headers.get('location') ?? '').searchParams.get('request')
      return page.goto(`${world.app.url}/oauth/consent?request=${request}&opened=1`)
    },
    status: 200,
    says: ['Cookies are blocked'],
  },
]

/** An answer that is posted to the client, in a browser that stays to look at the page. */
async function openPosted(page: Page, world: World): Promise<unknown> {
  const url = new URL(await consentUrl(world, { redirectUri: CLI_REDIRECT }))
  url.searchParams.set('response_mode', 'form_post')
  url.searchParams.set('response_type', 'token')
  await page.addInitScript(() => {
    HTMLFormElement.prototype.submit = () => {}
  })
  return page.goto(url.href)
}

const POSTED: readonly GalleryItem[] = [
  {
    name: 'an answer that is posted to the client',
    open: openPosted,
    status: 200,
    says: ['Back to the application', 'You will be redirected automatically', 'Continue', '127.0.0.1:9876'],
  },
  {
    name: 'an error that would be posted to a stranger',
    open: async (page, world) => {
      const asked = { redirectUri: `https://${LONG_HOST}/callback`, client: { client_name: 'Notes' } }
      const url = new URL(await consentUrl(world, asked))
      url.searchParams.set('response_mode', 'form_post')
      url.searchParams.delete('code_challenge')
      return page.goto(url.href)
    },
    status: 400,
    says: ['The application made an invalid request', 'Return to Notes', LONG_HOST],
  },
  {
    name: 'a link that is not good any more',
    open: (page, world) =>
      page.goto(`${world.issuers.root}/oauth/authorize?client_id=cli&request_uri=urn:long:gone`),
    status: 400,
    says: ['This sign-in link has expired', 'connect again', 'invalid_request_uri'],
  },
]

const ERRORS: readonly GalleryItem[] = [
  {
    name: 'an unknown client',
    open: (page, world) =>
      page.goto(authorizeUrl(world.issuers.root, { client_id: 'nobody', redirect_uri: CLI_REDIRECT })),
    status: 400,
    says: ['This application isn’t registered', 'add it again', /reference/i, 'invalid_client'],
  },
  {
    name: "an unknown client at a server's own host",
    open: (page, world) =>
      page.goto(authorizeUrl(world.issuers.host, { client_id: 'nobody', redirect_uri: CLI_REDIRECT })),
    status: 400,
    says: ['This application isn’t registered'],
  },
  {
    name: 'a redirect URI that does not fit',
    open: (page, world) =>
      page.goto(
        authorizeUrl(world.issuers.root, { client_id: 'cli', redirect_uri: 'https://evil.example/' }),
      ),
    status: 400,
    says: ['This sign-in link isn’t valid', 'redirect_uri is not registered'],
  },
  {
    name: 'an error that would be redirected to a stranger',
    open: async (page, world) => {
      const url = new URL(
        await consentUrl(world, {
          redirectUri: 'https://app.example/callback',
          client: { client_name: 'Notes' },
        }),
      )
      url.searchParams.delete('code_challenge')
      return page.goto(url.href)
    },
    status: 400,
    says: ['The application made an invalid request', 'Return to Notes', 'app.example'],
  },
  {
    name: 'a callback that belongs to no login',
    open: (page, world) => page.goto(`${world.app.url}/oauth/callback/main-idp?code=x&state=y`),
    status: 400,
    says: ['This sign-in can’t be completed here', 'don’t use it'],
  },
  {
    name: 'a request that has ended',
    open: (page, world) => page.goto(`${world.app.url}/oauth/consent/open?request=long-gone`),
    status: 400,
    says: ['This request has ended'],
  },
  {
    name: 'an answer that another page gave',
    open: async (page, world) => {
      await page.setContent(`<form method="post" action="${world.app.url}/oauth/consent/decision">
        <input name="decision" value="allow"><button>Win</button></form>`)
      const [response] = await Promise.all([
        page.waitForResponse('**/oauth/consent/decision'),
        page.getByRole('button').click(),
      ])
      await page.waitForLoadState()
      return response
    },
    status: 403,
    says: ['Your answer couldn’t be verified', 'Nothing was allowed'],
  },
  {
    name: 'an address that leads nowhere',
    open: (page, world) => page.goto(`${world.app.url}/no/such/page`),
    status: 404,
    says: ['Page not found'],
  },
  {
    name: "a server's address that does not exist",
    open: (page, world) => page.goto(`${world.app.url}/s/unknown/oauth/authorize`),
    status: 404,
    says: ['Page not found', 'No server has this address'],
  },
]

export const GALLERY: readonly GalleryItem[] = [
  {
    name: 'the home page',
    open: (page, world) => page.goto(world.app.url),
    status: 200,
    says: ['Vestibule', 'is running', 'Ready'],
  },
  ...CONSENT,
  ...DEVICE,
  ...ERRORS,
  ...POSTED,
]
