import { Fragment, type ReactNode } from 'react'
import type { ConsentWords } from '@/lib/messages/consent'
import type { ConsentView, ScopeView } from '@/lib/oauth/consent/view'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { riskOf, SCOPE_RISKS } from '@/lib/oauth/protocol/scope-risk'
import { isOpenIdScope } from '@/lib/oauth/protocol/standard-scopes'
import { ForeignText } from './foreign-text'
import { Sentence } from './sentence'

const SENTENCE = 160

type ScopeListProps = Pick<ConsentView, 'scopes' | 'offline' | 'allowedBefore' | 'refused' | 'server'> & {
  readonly t: ConsentWords
}

/**
 * What the client will be able to do, in the operator's words; the names on the wire stand small beside them. What the
 * user allowed before stands apart and quieter, so that what is new is what meets the eye.
 */
export function ScopeList({ scopes, offline, allowedBefore, refused, server, t }: ScopeListProps) {
  const isRefused = (name: string) => refused?.scopes.includes(name) ?? false
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
        <NewScopes scopes={scopes} isRefused={isRefused} t={t}>
          {!before && scopes.every(({ name }) => isOpenIdScope(name)) && <NoScope server={server} t={t} />}
          {offline && <li>{t('scopes.offline')}</li>}
        </NewScopes>
      )}
      {before && (
        <>
          {isNew && <h3 className="scopes-kind scopes-kind-before">{t('scopes.kindBefore')}</h3>}
          <ul className="scopes-before">
            <Scopes scopes={allowedBefore.scopes} isRefused={isRefused} t={t} />
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

/** So many scopes at once are grouped by what they can do. */
const GROUPED = 6

/** New scopes; many of them in groups, the harmless ones first. */
function NewScopes({ scopes, isRefused, t, children }: ScopesProps & { readonly children: ReactNode }) {
  const groups = SCOPE_RISKS.map((risk) => ({
    risk,
    scopes: scopes.filter((scope) => (riskOf(scope) ?? 'read') === risk),
  })).filter((group) => group.scopes.length > 0)
  if (scopes.length < GROUPED || groups.length === 1)
    return (
      <ul className="scopes">
        <Scopes {...{ scopes, isRefused, t }} />
        {children}
      </ul>
    )
  return (
    <>
      {groups.map((group) => (
        <Fragment key={group.risk}>
          <p className="scopes-group" id={`scopes-${group.risk}`}>
            {t(`group.${group.risk}`)}
          </p>
          <ul className="scopes" aria-labelledby={`scopes-${group.risk}`}>
            <Scopes scopes={group.scopes} isRefused={isRefused} t={t} />
          </ul>
        </Fragment>
      ))}
      <ul className="scopes">{children}</ul>
    </>
  )
}

type ScopesProps = {
  readonly scopes: readonly ScopeView[]
  readonly isRefused: (name: string) => boolean
  readonly t: ConsentWords
}

function Scopes({ scopes, isRefused, t }: ScopesProps) {
  return scopes.map((scope) => (
    <li key={scope.name}>
      <ScopeSentence scope={scope} t={t} />{' '}
      <code>
        <ForeignText text={scope.name} length={SENTENCE} />
      </code>
      <ScopeMark scope={scope} t={t} />
      {isRefused(scope.name) && (
        <>
          {' '}
          <span className="scope-mark">{t('scopes.notForYou')}</span>
        </>
      )}
    </li>
  ))
}

type ScopeProps = { readonly scope: ScopeView; readonly t: ConsentWords }

/** The operator's sentence, in the page's language where there is one. */
export function ScopeSentence({ scope: { name, description, translations }, t }: ScopeProps) {
  const own = (t.language === 'de' && translations?.de) || description
  if (!own && isOpenIdScope(name)) return <span>{t(`scopes.${name}`)}</span>
  return <ForeignText text={own || name} length={SENTENCE} />
}

/** Where a scope deletes something. That others change something is what their sentences say. */
export function ScopeMark({ scope, t }: ScopeProps) {
  if (riskOf(scope) !== 'delete') return null
  return (
    <>
      {' '}
      <span className="scope-mark">{t('scopes.canDelete')}</span>
    </>
  )
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
