import type { ConsentWords } from '@/lib/messages/consent'
import type { ConsentView } from '@/lib/oauth/consent/view'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { ForeignText } from './foreign-text'
import { Sentence } from './sentence'

type ClientIdentityProps = Pick<ConsentView, 'client' | 'server'> & { readonly t: ConsentWords }

/** "Claude wants to use Acme MCP", and how we know that it is Claude. */
export function ClientIdentity({ client, server, t }: ClientIdentityProps) {
  const name = displayText(client.name ?? '')
  return (
    <>
      <h1>
        <strong>{name ? <bdi>{name}</bdi> : t('title.unnamed')}</strong> {t('title.verb')}{' '}
        <strong>
          <ForeignText text={server.name} />
        </strong>
      </h1>
      <Provenance client={client} server={server} named={name !== ''} t={t} />
    </>
  )
}

/** Longer than any host: an address is never cut, because its end tells whose it is. */
const ADDRESS = 300

function Provenance({ client, server, named, t }: ClientIdentityProps & { readonly named: boolean }) {
  if (client.kind === 'preregistered')
    return (
      <p className="provenance">
        <Sentence text={t('known.operator')} values={{ server: <ForeignText text={server.name} /> }} />
      </p>
    )
  if (client.kind === 'metadata_document') {
    const host = (
      <strong>
        <bdi className="address">{displayText(client.documentHost ?? '', ADDRESS)}</bdi>
      </strong>
    )
    return (
      <p className="provenance">
        <Sentence text={t('known.document')} values={{ host }} />
      </p>
    )
  }
  return <p className="provenance provenance-unverified">{t(named ? 'known.named' : 'known.unnamed')}</p>
}
