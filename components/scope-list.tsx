import type { ConsentView } from '@/lib/oauth/consent/view'
import { isOpenIdScope } from '@/lib/oauth/protocol/standard-scopes'
import { ForeignText } from './foreign-text'

const SENTENCE = 160

/** What the client will be able to do, in the operator's words; the names on the wire stand small beside them. */
export function ScopeList({ scopes, offline, server }: Pick<ConsentView, 'scopes' | 'offline' | 'server'>) {
  return (
    <section aria-labelledby="scopes">
      <h2 id="scopes">
        At <bdi className="address">{hostOf(server.resource)}</bdi> it will be able to
      </h2>
      <ul className="scopes">
        {scopes.map((scope) => (
          <li key={scope.name}>
            <ForeignText text={scope.description || scope.name} length={SENTENCE} />{' '}
            <code>
              <ForeignText text={scope.name} length={SENTENCE} />
            </code>
          </li>
        ))}
        {scopes.every(({ name }) => isOpenIdScope(name)) && (
          <li>
            <span>
              Act for you as far as <ForeignText text={server.name} /> lets it: it asks for no particular
              permission
            </span>
          </li>
        )}
        {offline && <li>Stay connected until you disconnect</li>}
      </ul>
    </section>
  )
}

function hostOf(resource: string): string {
  return URL.canParse(resource) ? new URL(resource).host : resource
}
