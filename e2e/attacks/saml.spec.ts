import { eq } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import {
  encoded,
  readRequest,
  type SamlTestProvider,
  samlProvider,
} from '@/lib/upstream/test-support/saml-provider'
import { decide, locationOf, openConsent, REDIRECT } from '../support/attack-login'
import { newSlug } from '../support/attack-server'
import { newVisitor } from '../support/attack-visitor'
import { samlConfiguration } from '../support/saml-configuration'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

let provider: SamlTestProvider
const slug = newSlug()
test.beforeAll(async ({ world }) => {
  provider = samlProvider('https://idp.example/sso')
  await (await world.inside()).apply(samlConfiguration(slug, provider.metadata))
})

type Asked = ReturnType<typeof readRequest>

const ASSERTION = /<saml:Assertion[\s\S]*<\/saml:Assertion>/
/** A signed assertion about one user, and an unsigned one about another with the same ID. */
const two = (asked: Asked): readonly [xml: string, signed: string, forged: string] => {
  const xml = provider.respond(asked, { id: '_signed' })
  const forged = provider.respond(asked, { id: '_signed', nameId: 'admin' }, false)
  return [xml, ASSERTION.exec(xml)?.[0] ?? '', ASSERTION.exec(forged)?.[0] ?? '']
}

test('an attacker’s assertion ends its login with a reference, and its timeline says why', async ({
  world,
}) => {
  const attacks: readonly (readonly [what: string, answer: (asked: Asked) => string, reason: string])[] = [
    ['not signed', (asked) => provider.respond(asked, {}, false), 'upstream_assertion_signature'],
    [
      'changed afterwards',
      (asked) => provider.respond(asked).replace('>una<', '>admin<'),
      'upstream_assertion_signature',
    ],
    [
      'wrapped: the forged one first',
      (asked) => {
        const [xml, signed, forged] = two(asked)
        return xml.replace(signed, () => forged + signed)
      },
      'upstream_response_invalid',
    ],
    [
      'wrapped: the signed one in the signature of the forged one',
      (asked) => {
        const [xml, signed, forged] = two(asked)
        const [signature = ''] = /<Signature[\s\S]*<\/Signature>/.exec(signed) ?? []
        const object = `<Object>${signed.replace(signature, '')}</Object></Signature>`
        const around = `</saml:Issuer>${signature.replace('</Signature>', () => object)}`
        return xml.replace(signed, () => forged.replace('</saml:Issuer>', () => around))
      },
      'upstream_response_invalid',
    ],
    [
      'for another audience',
      (asked) => provider.respond(asked, { audience: 'https://other.example' }),
      'upstream_assertion_audience',
    ],
    [
      'for another recipient',
      (asked) => provider.respond(asked, { recipient: `${asked.acs}x` }),
      'upstream_assertion_audience',
    ],
    [
      'expired',
      (asked) => provider.respond(asked, { issuedIn: -120, endsIn: -61 }),
      'upstream_assertion_expired',
    ],
    [
      'of another request',
      (asked) => provider.respond(asked, { inResponseTo: '_another' }),
      'upstream_assertion_unasked',
    ],
  ]
  const endings: (readonly [string, string])[] = []
  for (const [what, answer] of attacks) {
    const visitor = newVisitor()
    const { challenge: code_challenge } = makePkce()
    const url = authorizeUrl(`${world.app.url}/s/${slug}`, {
      client_id: 'cli',
      redirect_uri: REDIRECT,
      code_challenge,
    })
    const consent = await openConsent(visitor, url)
    const { reference } = consent
    const asked = readRequest(locationOf(await decide(world, visitor, consent)))
    const form = { SAMLResponse: encoded(answer(asked)), RelayState: asked.state }
    const posted = await newVisitor().submit(asked.acs, form, 'https://idp.example')
    const page = await visitor.go(locationOf(posted))
    expect(await page.text(), what).toContain(reference)
    endings.push([what, await lastReason(world, reference)])
  }
  expect(endings).toEqual(attacks.map(([what, , reason]) => [what, reason]))
})

/** How a login ended, as its timeline has it. */
async function lastReason(world: World, reference: string): Promise<string> {
  const { db } = await world.inside()
  const [row] = await db
    .select()
    .from(authorizationRequests)
    .where(eq(authorizationRequests.reference, reference))
  return row?.timeline.at(-1)?.reason ?? ''
}
