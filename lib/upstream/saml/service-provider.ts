import { escapeHtml } from '@/lib/escape-html'

/**
 * What a SAML identity provider has to know of us, as metadata (SAML 2.0 Metadata §2.4.4): entity ID, where assertions are
 * posted to, that they have to be signed, and what our requests are signed with.
 *
 * @param certificates base64 of DER; those of what signs now and next
 */
export function serviceProviderMetadata(
  callbackUrl: string,
  {
    certificates,
    signsRequests,
  }: { readonly certificates: readonly string[]; readonly signsRequests: boolean },
): string {
  const url = escapeHtml(callbackUrl)
  const keys = certificates.map(
    (certificate) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${url}">
<md:SPSSODescriptor AuthnRequestsSigned="${signsRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${keys.join('\n')}
<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${url}" index="0" isDefault="true"/>
</md:SPSSODescriptor>
</md:EntityDescriptor>
`
}
