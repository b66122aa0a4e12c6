import type { ConsentWords } from '@/lib/messages/consent'
import type { ConsentView, ScopeView } from '@/lib/oauth/consent/view'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { isOpenIdScope } from '@/lib/oauth/protocol/standard-scopes'
import { ForeignText } from './foreign-text'
import { Sentence } from './sentence'

const SENTENCE = 160

type ScopeListProps = Pick<ConsentView, 'scopes' | 'offline' | 'allowedBefore' | 'server'> & {
  readonly t: ConsentWords
}

/**
 * What the client will be able to do, in the operator's words; the names on the wire stand small beside them. What the
 * user allowed before stands apart and quieter, so that what is new is what meets the eye.
 */
export function ScopeList({ scopes, offline, allowedBefore, server, t }: ScopeListProps) {
  const before = allowedBefore && (allowedBefore.scopes.length > 0 || allowedBefore.offline)
  const isNew = scopes.length > 0 || offline || !before
  return (
    <section aria-labelledby="scopes">
      <h2 id="scopes">
        <Sentence
          text={t(isNew ? 'scopes.new' : 'scopes.known')}
          values={{ host: <bdi className="address">{hostOf(server.resource)}</bdi> }}
        />
      </h2>
      {before && isNew && <h3 className="scopes-kind">{t('scopes.kindNew')}</h3>}
      {isNew && (
        <ul className="scopes">
          <Scopes scopes={scopes} />
          {!before && scopes.every(({ name }) => isOpenIdScope(name)) && <NoScope server={server} t={t} />}
          {offline && <li>{t('scopes.offline')}</li>}
        </ul>
      )}
      {before && (
        <>
          {isNew && <h3 className="scopes-kind scopes-kind-before">{t('scopes.kindBefore')}</h3>}
          <ul className="scopes-before">
            <Scopes scopes={allowedBefore.scopes} />
            {[...allowedBefore.scopes, ...scopes].every(({ name }) => isOpenIdScope(name)) && (
              <NoScope server={server} t={t} />
            )}
            {allowedBefore.offline && <li>{t('scopes.offline')}</li>}
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

function NoScope({ server, t }: Pick<ScopeListProps, 'server' | 't'>) {
  return (
    <li>
      <span>
        <Sentence text={t('scopes.none')} values={{ server: <ForeignText text={server.name} /> }} />
      </span>
    </li>
  )
}

function hostOf(resource: string): string {
  return parseUrl(resource)?.host ?? resource
}
