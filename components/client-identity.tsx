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
      {client.kind === 'preregistered' ? (
        <p className="provenance">
          Known to <ForeignText text={server.name} />
          ’s operator.
        </p>
      ) : (
        <p className="provenance provenance-unverified">
          This application registered itself.{' '}
          {name ? 'Its name is its own claim; nobody has checked it.' : 'Nobody has checked who made it.'}
        </p>
      )}
    </>
  )
}
