import type { ConsentView, ScopeView } from '@/lib/oauth/consent/view'
import { isOpenIdScope } from '@/lib/oauth/protocol/standard-scopes'
import { ForeignText } from './foreign-text'

const SENTENCE = 160

type ScopeListProps = Pick<ConsentView, 'scopes' | 'offline' | 'allowedBefore' | 'server'>

/**
 * What the client will be able to do, in the operator's words; the names on the wire stand small beside them. What the
 * user allowed before stands apart and quieter, so that what is new is what meets the eye.
 */
export function ScopeList({ scopes, offline, allowedBefore, server }: ScopeListProps) {
  const before = allowedBefore && (allowedBefore.scopes.length > 0 || allowedBefore.offline)
  const isNew = scopes.length > 0 || offline || !before
  return (
    <section aria-labelledby="scopes">
      <h2 id="scopes">
        At <bdi className="address">{hostOf(server.resource)}</bdi>{' '}
        {isNew ? 'it will be able to' : 'it is already allowed to'}
      </h2>
      {before && isNew && <h3 className="scopes-kind">New</h3>}
      {isNew && (
        <ul className="scopes">
          <Scopes scopes={scopes} />
          {!before && scopes.every(({ name }) => isOpenIdScope(name)) && <NoScope server={server} />}
          {offline && <StayConnected />}
        </ul>
      )}
      {before && (
        <>
          {isNew && <h3 className="scopes-kind scopes-kind-before">Already allowed</h3>}
          <ul className="scopes-before">
            <Scopes scopes={allowedBefore.scopes} />
            {[...allowedBefore.scopes, ...scopes].every(({ name }) => isOpenIdScope(name)) && (
              <NoScope server={server} />
            )}
            {allowedBefore.offline && <StayConnected />}
          </ul>
        </>
      )}
    </section>
  )
}

function Scopes({ scopes }: { readonly scopes: readonly ScopeView[] }) {
  return scopes.map(({ name, description }) => (
    <li key={name}>
      <ForeignText text={description || name} length={SENTENCE} />{' '}
      <code>
        <ForeignText text={name} length={SENTENCE} />
      </code>
    </li>
  ))
}

function NoScope({ server }: Pick<ConsentView, 'server'>) {
  return (
    <li>
      <span>
        Act for you as far as <ForeignText text={server.name} /> lets it: it asks for no particular permission
      </span>
    </li>
  )
}

function StayConnected() {
  return <li>Stay connected until you disconnect</li>
}

function hostOf(resource: string): string {
  return URL.canParse(resource) ? new URL(resource).host : resource
}
