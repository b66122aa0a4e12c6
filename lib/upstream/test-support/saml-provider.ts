/** A small SAML 2.0 identity provider: it signs what a test says. For tests only. */
import { randomBytes } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { signXml } from '@node-saml/node-saml/lib/xml.js'
import { makeAuthority } from './certificates'

/** What an assertion says; what is left out is sound. */
export type Statements = {
  readonly id?: string
  readonly issuer?: string
  readonly nameId?: string
  readonly nameIdFormat?: string
  readonly audience?: string
  readonly recipient?: string
  readonly inResponseTo?: string
  /** Seconds from now. */
  readonly issuedIn?: number
  readonly endsIn?: number
  /** XML. */
  readonly attributes?: string
}

export type SamlTestProvider = ReturnType<typeof samlProvider>

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const ASSERTION = "//*[local-name(.)='Assertion']"
const RESPONSE = "/*[local-name(.)='Response']"

/** @param signOnUrl where browsers are sent */
export function samlProvider(signOnUrl: string) {
  const { key, cert } = makeAuthority().issue({ isRsa: true })
  const entityId = `${new URL(signOnUrl).origin}/saml/metadata`
  const certificate = cert.replace(/-----[A-Z ]+-----|\s/g, '')
  const metadata = `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${signOnUrl}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`

  /** A response with one assertion, signed unless told otherwise. */
  function respond(
    to: { readonly acs: string; readonly requestId?: string },
    says: Statements = {},
    sign = true,
  ) {
    const xml = responseXml(entityId, to, says)
    return sign ? signed(xml) : xml
  }

  const signed = (
    xml: string,
    algorithm: 'sha1' | 'sha256' = 'sha256',
    privateKey = key,
    digest: 'sha1' | 'sha256' = algorithm,
  ) =>
    signXml(
      xml,
      ASSERTION,
      { reference: `${ASSERTION}/*[local-name(.)='Issuer']`, action: 'after' },
      { privateKey, signatureAlgorithm: algorithm, digestAlgorithm: digest },
    )

  /** The response is signed, and its assertion not by itself. */
  const signedAsWhole = (xml: string) =>
    signXml(
      xml,
      RESPONSE,
      { reference: `${RESPONSE}/*[local-name(.)='Issuer']`, action: 'after' },
      { privateKey: key, signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' },
    )

  return { entityId, metadata, certificate, respond, signed, signedAsWhole }
}

const instant = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
const randomId = () => `_${randomBytes(16).toString('hex')}`

function responseXml(
  entityId: string,
  { acs, requestId }: { readonly acs: string; readonly requestId?: string },
  says: Statements,
): string {
  const {
    issuer = entityId,
    nameId = 'una',
    nameIdFormat = PERSISTENT,
    audience = acs,
    recipient = acs,
  } = says
  const { id = randomId(), inResponseTo = requestId, issuedIn = 0, endsIn = 120, attributes = '' } = says
  const answers = inResponseTo === undefined ? '' : ` InResponseTo="${inResponseTo}"`
  const issued = instant(issuedIn)
  const ends = instant(endsIn)
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${randomId()}" Version="2.0" IssueInstant="${issued}" Destination="${acs}"${answers}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${issued}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${nameIdFormat}">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="${recipient}" NotOnOrAfter="${ends}"${answers}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotOnOrAfter="${ends}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${issued}" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>`
}

/** An attribute, for {@link Statements.attributes}. */
export const attribute = (name: string, ...values: readonly string[]) =>
  `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`

/** What the form field of a response holds. */
export const encoded = (xml: string) => Buffer.from(xml).toString('base64')

/** The request that a browser brings: where to answer, and its ID. */
export function readRequest(url: string): {
  readonly acs: string
  readonly requestId: string
  readonly state: string
} {
  const query = new URL(url).searchParams
  const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString()
  const value = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(xml)?.[1] ?? ''
  return {
    acs: value('AssertionConsumerServiceURL'),
    requestId: value('ID'),
    state: query.get('RelayState') ?? '',
  }
}
