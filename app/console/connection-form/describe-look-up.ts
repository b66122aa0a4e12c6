import type { IssuerLookup } from '@/lib/connections/look-up-issuer'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/connections'

/** What was found under an issuer, in words: a title, and a sentence on each line. */
export function describeLookUp(
  found: IssuerLookup,
  address: string,
  t: Translate<keyof (typeof messages)['en']>,
): Readonly<Record<'tone' | 'title' | 'text', string>> {
  if (found.outcome === 'failed') {
    const values = { other: found.otherIssuer ?? '', address }
    const lines = [t(`lookup.${found.problem}`, values), ...(found.detail ? [found.detail] : [])]
    return { tone: 'warning', title: t('lookup.failed'), text: lines.join('\n') }
  }
  const lines = [
    t('lookup.foundText', { host: new URL(found.authorizationEndpoint).host }),
    t(found.saysPkce ? 'lookup.pkce' : 'lookup.noPkce'),
    t(found.saysOfflineAccess ? 'lookup.offline' : 'lookup.noOffline'),
  ]
  return { tone: 'good', title: t('lookup.found', { issuer: found.issuer }), text: lines.join('\n') }
}
