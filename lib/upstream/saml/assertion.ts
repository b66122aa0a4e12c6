/** Reads a response of a SAML identity provider: what it says counts only as far as a signed assertion says it. */
import type { SAML } from '@node-saml/node-saml'
import { z } from 'zod'
import type { SamlAssertion } from '@/lib/oauth/ports/saml-assertions'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { CLOCK_TOLERANCE } from '../clock-skew'
import { ResponseRefused, type SamlFailure } from './failures'
import type { SamlProvider } from './metadata'
import { elementsWithin, parseXml, SIGNATURE } from './xml'

/** Seconds that an assertion counts after its issue, whatever it says: so long it is remembered. */
const MAX_AGE = UPSTREAM_STATE_LIFETIME

/** Our client at a SAML identity provider. Its entity ID is the address that assertions are sent to. */
export async function samlClient(
  { entityId, signOnUrl, certificates }: SamlProvider,
  callbackUrl: string,
  request: {
    readonly id: string
    readonly forceAuthn: boolean
    readonly passive: boolean
    /** What it is signed with, in PEM. */
    readonly privateKey?: string | undefined
  } | null = null,
) {
  // Loaded at the first login of such a connection.
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml')
  return new SAML({
    callbackUrl,
    issuer: callbackUrl,
    audience: callbackUrl,
    entryPoint: signOnUrl,
    idpIssuer: entityId,
    idpCert: [...certificates],
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    // Compared where the browser is known.
    validateInResponseTo: ValidateInResponseTo.never,
    // Off: it would go by the clock of this machine.
    acceptedClockSkewMs: -1,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    ...(request && {
      generateUniqueId: () => request.id,
      forceAuthn: request.forceAuthn,
      passive: request.passive,
      ...(request.privateKey !== undefined && {
        privateKey: request.privateKey,
        signatureAlgorithm: 'sha256',
      }),
    }),
  })
}

const Text = z.object({ _: z.string().min(1) })
/** When something counts. */
const Validity = z.object({ NotOnOrAfter: z.string(), NotBefore: z.string().optional() })
const ConfirmationData = Validity.extend({
  Recipient: z.string(),
  InResponseTo: z.string().optional(),
})
const Confirmation = z.object({
  $: z.object({ Method: z.literal('urn:oasis:names:tc:SAML:2.0:cm:bearer') }),
  SubjectConfirmationData: z.tuple([z.object({ $: ConfirmationData })]),
})
const Attribute = z.object({
  $: z.object({ Name: z.string().min(1) }),
  AttributeValue: z.array(z.unknown()).catch([]),
})

/** An assertion (SAML 2.0 Core §2.3.3), as the library reads it. */
const Assertion = z.object({
  $: z.object({ ID: z.string().min(1), IssueInstant: z.string() }),
  Issuer: z.tuple([Text]),
  Subject: z.tuple([
    z.object({
      NameID: z.tuple([Text.extend({ $: z.object({ Format: z.string().optional() }).optional() })]),
      SubjectConfirmation: z.array(z.unknown()),
    }),
  ]),
  Conditions: z.tuple([z.object({ $: Validity })]),
  AuthnStatement: z.tuple(
    [z.object({ $: z.object({ AuthnInstant: z.string(), SessionIndex: z.string().optional() }) })],
    z.unknown(),
  ),
  AttributeStatement: z.array(z.object({ Attribute: z.array(Attribute) })).catch([]),
})

/**
 * Validates a response by the POST binding (SAML 2.0 Profiles §4.1.4.3): one signed assertion of this provider, for us, at
 * this address, now. Which request it answers, and that it comes once, is for the callers to check.
 *
 * @param response as the form field has it
 * @throws ResponseRefused
 */
export async function readAssertion(
  response: string,
  provider: SamlProvider,
  callbackUrl: string,
  now: Date,
): Promise<SamlAssertion> {
  inspectResponse(Buffer.from(response, 'base64').toString('utf8'))
  const assertion = await signedAssertion(await samlClient(provider, callbackUrl), response)
  if (assertion.Issuer[0]._ !== provider.entityId) throw new ResponseRefused('issuer')
  const [{ NameID: names, SubjectConfirmation: confirmations }] = assertion.Subject
  const confirmed = confirmations
    .flatMap((one) => Confirmation.safeParse(one).data?.SubjectConfirmationData[0].$ ?? [])
    .filter(({ Recipient }) => Recipient === callbackUrl)
  if (confirmed.length === 0) throw new ResponseRefused('recipient')
  const current = confirmed.find((data) => isNow(data, now))
  const issuedAt = secondsOf(assertion.$.IssueInstant)
  const age = now.getTime() / 1000 - issuedAt
  const isOfNow = age >= -CLOCK_TOLERANCE && age < MAX_AGE + CLOCK_TOLERANCE
  const [{ $: conditions }] = assertion.Conditions
  if (!current || !isOfNow || !isNow(conditions, now)) throw new ResponseRefused('expired')
  const [nameId] = names
  const [{ $: authentication }] = assertion.AuthnStatement
  return {
    id: assertion.$.ID,
    expiresAt: new Date((issuedAt + MAX_AGE + CLOCK_TOLERANCE) * 1000),
    ...(current.InResponseTo !== undefined && { inResponseTo: current.InResponseTo }),
    nameId: nameId._,
    ...(nameId.$?.Format !== undefined && { nameIdFormat: nameId.$.Format }),
    issuedAt,
    authTime: secondsOf(authentication.AuthnInstant),
    ...(authentication.SessionIndex !== undefined && { sessionIndex: authentication.SessionIndex }),
    attributes: Object.fromEntries(
      assertion.AttributeStatement.flatMap(({ Attribute }) => Attribute).map(valuesOf),
    ),
  }
}

const ASSERTIONS = 'urn:oasis:names:tc:SAML:2.0:assertion'

/** SHA-1 can be forged, and with HMAC a public certificate would be the secret. */
const ALGORITHMS = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])

/** What the library would take, or refuse in words that help nobody. @throws ResponseRefused */
function inspectResponse(xml: string): void {
  const root = parseXml(xml)
  if (!root) throw new ResponseRefused('unreadable')
  if (elementsWithin(root, ASSERTIONS, 'EncryptedAssertion').length > 0)
    throw new ResponseRefused('encrypted')
  const used = ['SignatureMethod', 'DigestMethod']
    .flatMap((name) => elementsWithin(root, SIGNATURE, name))
    .map((element) => element.getAttribute('Algorithm') ?? '')
  if (used.some((algorithm) => /sha1$/.test(algorithm))) throw new ResponseRefused('sha1')
  if (used.some((algorithm) => !ALGORITHMS.has(algorithm))) throw new ResponseRefused('algorithm')
  if (elementsWithin(root, ASSERTIONS, 'Assertion').length > 1) throw new ResponseRefused('several')
}

function valuesOf({ $: { Name }, AttributeValue }: z.infer<typeof Attribute>) {
  const values = AttributeValue.flatMap((value) => Text.safeParse(value).data?._ ?? [])
  return [Name, values.length === 1 ? (values[0] ?? '') : values] as const
}

/** @returns seconds since 1970; not a number for what is no time */
const secondsOf = (instant: string): number => Date.parse(instant) / 1000

function isNow({ NotBefore, NotOnOrAfter }: z.infer<typeof Validity>, now: Date): boolean {
  const seconds = now.getTime() / 1000
  const hasBegun = NotBefore === undefined || secondsOf(NotBefore) <= seconds + CLOCK_TOLERANCE
  return hasBegun && secondsOf(NotOnOrAfter) > seconds - CLOCK_TOLERANCE
}

/** What the library has verified, and nothing of the document around it. */
async function signedAssertion(client: SAML, response: string): Promise<z.infer<typeof Assertion>> {
  const { profile } = await client
    .validatePostResponseAsync({ SAMLResponse: response })
    .catch((error: unknown) => {
      throw new ResponseRefused(failureOf(error))
    })
  const parsed = z.object({ Assertion }).safeParse(profile?.getAssertion?.())
  if (!parsed.success) throw new ResponseRefused('incomplete')
  return parsed.data.Assertion
}

/** The library's messages quote what was sent, so none is passed on. */
function failureOf(error: unknown): SamlFailure {
  if (error instanceof Error && 'xmlStatus' in error) return statusOf(String(error.xmlStatus))
  const message = error instanceof Error ? error.message : ''
  if (/audience/i.test(message)) return 'audience'
  return /signature/i.test(message) ? 'signature' : 'unreadable'
}

/** SAML 2.0 Core §3.2.2.2. */
function statusOf(status: string): SamlFailure {
  if (/:(NoPassive|NoAuthnContext)"/.test(status)) return 'interaction'
  return /:(AuthnFailed|RequestDenied|UnknownPrincipal)"/.test(status) ? 'denied' : 'status'
}
