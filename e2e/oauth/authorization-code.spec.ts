import { newClientId } from '../support/attack-login'
import { authorizeUrl, expect, logIn, makePkce, post, test } from '../support/test'

const REDIRECT = 'http://127.0.0.1:9876/callback'

test.describe('authorization code @stores', () => {
  test('a person logs in, and the client gets tokens that it can refresh [AS-23 RFC-22 H-28]', async ({
    page,
    world,
  }) => {
    const client_id = await newClientId(world.issuers.root)
    const { verifier, challenge } = makePkce()
    const url = authorizeUrl(world.issuers.root, {
      client_id,
      redirect_uri: REDIRECT,
      code_challenge: challenge,
    })
    const back = await logIn(page, url)
    expect([...back.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
    expect(back.searchParams.get('iss')).toBe(world.issuers.root)

    const form = { grant_type: 'authorization_code', client_id, redirect_uri: REDIRECT }
    const code = back.searchParams.get('code') ?? ''
    const response = await post(`${world.issuers.root}/oauth/token`, {
      ...form,
      code,
      code_verifier: verifier,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toContain('no-store')
    const tokens = await response.json()
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'profile:read notes:write',
    })

    const refreshed = await post(`${world.issuers.root}/oauth/token`, {
      grant_type: 'refresh_token',
      client_id,
      refresh_token: tokens.refresh_token,
    })
    expect(refreshed.status).toBe(200)
  })
})
