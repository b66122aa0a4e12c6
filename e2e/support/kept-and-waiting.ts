/** What stands in a store until it is asked for. */
import { encoded, readRequest, samlProvider } from '@/lib/upstream/test-support/saml-provider'
import { decide, locationOf, openConsent, REDIRECT, redirectQuery } from './attack-login'
import { newSlug } from './attack-server'
import { newVisitor } from './attack-visitor'
import type { Everything } from './everything'
import { samlConfiguration } from './saml-configuration'
import { authorizeUrl, expect, makePkce } from './test'
import type { World } from './world'

/** A request that may be sent again has its answer kept, which holds a secret. */
export async function keyOfKeptAnswer({ app }: World, { server, held }: Everything): Promise<string> {
  const response = await fetch(`${app.url}/api/v1/organizations/${server.slug}/keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${held.api_key}`,
      'content-type': 'application/json',
      'idempotency-key': 'made-once',
    },
    body: JSON.stringify({ name: 'kept', role: 'auditor' }),
  })
  expect(response.status).toBe(201)
  return (await response.json()).key
}

/** A SAML response has come in, and waits for its browser: what brings it there, and what the provider signed. */
export async function receiveAssertion(world: World): Promise<Record<string, string>> {
  const provider = samlProvider('https://idp.example/sso')
  const slug = newSlug()
  await (await world.inside()).apply(samlConfiguration(slug, provider.metadata))
  const url = authorizeUrl(`${world.app.url}/s/${slug}`, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const visitor = newVisitor()
  const asked = readRequest(locationOf(await decide(world, visitor, await openConsent(visitor, url))))
  const xml = provider.respond(asked)
  const sent = { SAMLResponse: encoded(xml), RelayState: asked.state }
  const received = await newVisitor().submit(asked.acs, sent, 'https://idp.example')
  return {
    'the code of a SAML assertion that waits': redirectQuery(received).get('code') ?? '',
    'the state of a SAML login': asked.state,
    'the signature of a SAML assertion': /SignatureValue>([^<]+)</.exec(xml)?.[1] ?? '',
  }
}
