import type { ConsentView } from '@/lib/oauth/consent/view'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { ForeignText } from './foreign-text'

/** "Claude wants to use Acme MCP", and how we know that it is Claude. */
export function ClientIdentity({ client, server }: Pick<ConsentView, 'client' | 'server'>) {
  const name = displayText(client.name ?? '')
  return (
    <>
      <h1>
        <strong>{name ? <bdi>{name}</bdi> : 'An application without a name'}</strong>{' '}
        <span className="verb">wants to use</span>{' '}
        <strong>
          <ForeignText text={server.name} />
        </strong>
      </h1>
      <Provenance client={client} server={server} named={name !== ''} />
    </>
  )
}

/** Longer than any host: an address is never cut, because its end tells whose it is. */
const ADDRESS = 300

function Provenance({
  client,
  server,
  named,
}: Pick<ConsentView, 'client' | 'server'> & { readonly named: boolean }) {
  if (client.kind === 'preregistered')
    return (
      <p className="provenance">
        Known to <ForeignText text={server.name} />
        ’s operator.
      </p>
    )
  if (client.kind === 'metadata_document')
    return (
      <p className="provenance">
        <strong>
          <bdi className="address">{displayText(client.documentHost ?? '', ADDRESS)}</bdi>
        </strong>{' '}
        vouches for this application. Its name is what that site says.
      </p>
    )
  return (
    <p className="provenance provenance-unverified">
      This application registered itself.{' '}
      {named ? 'Its name is its own claim; nobody has checked it.' : 'Nobody has checked who made it.'}
    </p>
  )
}
