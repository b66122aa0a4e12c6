import { type Language, translator } from '@/lib/messages/catalogue'
import { type ConsentWords, messages } from '@/lib/messages/consent'
import type { ConsentView } from '@/lib/oauth/consent/view'
import { ClientIdentity } from './client-identity'
import { Destination } from './destination'
import { ForeignText } from './foreign-text'
import { PageShell } from './page-shell'
import { ScopeList } from './scope-list'
import { Sentence } from './sentence'

type ConsentCardProps = {
  readonly view: ConsentView
  /** Must match the form's cookie. */
  readonly formToken: string
  readonly requestId: string
  /** Where the decision is posted. */
  readonly action: string
  readonly language?: Language
}

const ADDRESS = 240

/** The consent page: client, redirect host, scopes, and two buttons of one size. A plain form without script. */
export function ConsentCard({ view, formToken, requestId, action, language = 'en' }: ConsentCardProps) {
  const t = translator(messages, language)
  const connection = (
    <strong>
      <ForeignText text={view.connection.name} />
    </strong>
  )
  return (
    <div lang={language}>
      <PageShell
        title={t('tab', { server: view.server.name })}
        footer={<SmallPrint view={view} t={t} />}
        brand={view.server.brand}
        language={language}
      >
        <ClientIdentity client={view.client} server={view.server} t={t} />
        <Destination redirect={view.redirect} kind={view.client.kind} t={t} />
        <ScopeList {...view} t={t} />
        {view.refused && <Refused {...view.refused} t={t} />}
        <form method="post" action={action} autoComplete="off">
          <input type="hidden" name="request" value={requestId} />
          <input type="hidden" name="token" value={formToken} />
          <input type="hidden" name="assumed" value={view.allowedBefore?.assumedScope.join(' ') ?? ''} />
          <p className="next">
            <Sentence text={t('next')} values={{ connection }} />
          </p>
          <div className="actions">
            <button type="submit" name="decision" value="allow" className="button button-filled">
              {t('allow')}
            </button>
            <button type="submit" name="decision" value="deny" className="button">
              {t('deny')}
            </button>
          </div>
          {!view.allowedBefore && <p className="quiet">{t('before')}</p>}
        </form>
      </PageShell>
    </div>
  )
}

/** What the user will not get, said before they sign in for it. */
function Refused({ all, contact, t }: NonNullable<ConsentView['refused']> & { readonly t: ConsentWords }) {
  return (
    <p className={all ? 'warning' : 'note'}>
      {t(all ? 'refused.all' : 'refused.some')}
      {contact !== undefined && (
        <>
          {' '}
          <Sentence
            text={t('refused.contact')}
            values={{ contact: <ForeignText text={contact} length={ADDRESS} /> }}
          />
        </>
      )}
    </p>
  )
}

function SmallPrint({ view, t }: { readonly view: ConsentView; readonly t: ConsentWords }) {
  return (
    <dl className="facts">
      <dt>{t('print.server')}</dt>
      <dd>
        <ForeignText text={view.server.resource} length={ADDRESS} />
      </dd>
      <dt>{t('print.application')}</dt>
      <dd>
        <ForeignText text={view.client.clientId} length={ADDRESS} />
      </dd>
      {view.client.uri && (
        <>
          <dt>{t('print.website')}</dt>
          <dd>
            <ForeignText text={view.client.uri} length={ADDRESS} />
          </dd>
        </>
      )}
      {view.connection.scopes.length > 0 && (
        <>
          <dt>
            <Sentence
              text={t('print.asked')}
              values={{ connection: <ForeignText text={view.connection.name} /> }}
            />
          </dt>
          <dd>
            <ForeignText text={view.connection.scopes.join(' ')} length={ADDRESS} />
          </dd>
        </>
      )}
      <dt>{t('print.reference')}</dt>
      <dd>
        <ForeignText text={view.reference} />
      </dd>
    </dl>
  )
}
