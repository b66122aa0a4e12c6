import type { ConsentWords } from '@/lib/messages/consent'
import type { ConsentView } from '@/lib/oauth/consent/view'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { brandFile } from '@/lib/oauth/protocol/urls'
import { ApplicationMark } from './application-mark'
import { ForeignText } from './foreign-text'
import { Sentence } from './sentence'
import { Icon } from './ui/icon'

type ClientIdentityProps = Pick<ConsentView, 'client' | 'server'> & { readonly t: ConsentWords }

/** "Claude wants to use Acme MCP", and how we know that it is Claude. */
export function ClientIdentity({ client, server, t }: ClientIdentityProps) {
  const name = displayText(client.name ?? '')
  return (
    <>
      <p className="mark-pair">
        <ApplicationMark clientId={client.clientId} name={name} />
        <Icon name="arrowRight" size={20} />
        <ServerMark server={server} />
      </p>
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

function ServerMark({ server: { name, brand } }: Pick<ClientIdentityProps, 'server'>) {
  if (!brand?.hasLogo) return <ApplicationMark clientId={undefined} name={brand?.name ?? name} />
  return (
    <span className="mark" aria-hidden>
      {/* biome-ignore lint/performance/noImgElement: components know no framework, and this is small already */}
      <img src={brandFile(brand, 'logo')} alt="" />
    </span>
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
      <p className="provenance provenance-verified">
        <Icon name="badgeCheck" size={18} />
        <Sentence text={t('known.document')} values={{ host }} />
      </p>
    )
  }
  return <p className="provenance provenance-unverified">{t(named ? 'known.named' : 'known.unnamed')}</p>
}
