import { newClientId, obtainCode } from '../support/attack-login'
import { postForm, redemption } from '../support/attack-tokens'
import { authorizeUrl, expect, makePkce, test } from '../support/test'

/** What some HTTP layers add to every request, or an MCP client that has just been at its server. */
const STRAY = ['Bearer vst_at_stray', 'Bearer eyJhbGciOiJub25lIn0..', 'Negotiate YII=']

for (const authorization of STRAY)
  test(`a public client that sends a stray Authorization keeps its registration: ${authorization}`, async ({
    world,
  }) => {
    const issuer = world.issuers.root
    const clientId = await newClientId(issuer)
    const send = (path: string, form: Record<string, string>) =>
      postForm(issuer, path, form, { authorization })
    const login = await obtainCode(world, { clientId })
    const redeemed = await send('/oauth/token', redemption(login))
    expect(redeemed.status).toBe(200)
    const { refresh_token: token } = await redeemed.json()
    const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: token }
    expect((await send('/oauth/token', form)).status).toBe(200)
    const request = new URL(
      authorizeUrl(issuer, {
        client_id: clientId,
        redirect_uri: login.redirectUri,
        code_challenge: makePkce().challenge,
      }),
    )
    expect((await send('/oauth/par', Object.fromEntries(request.searchParams))).status).toBe(201)
    expect((await send('/oauth/revoke', { client_id: clientId, token })).status).toBe(200)
    // A client that is not known learns it all the same.
    expect((await send('/oauth/token', { ...form, client_id: 'nobody' })).status).toBe(401)
  })
