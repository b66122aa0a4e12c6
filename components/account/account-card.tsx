import type { ConnectedClient, EndUserAccount } from '@/lib/grants/account'
import type { LinkQuestion } from '@/lib/grants/link-accounts'
import { messages } from '@/lib/messages/account'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages as consentMessages } from '@/lib/messages/consent'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { ApplicationMark } from '../application-mark'
import { ForeignText } from '../foreign-text'
import { PageShell } from '../page-shell'
import { ScopeMark, ScopeSentence } from '../scope-list'
import { Moment } from '../ui/moment'
import type { AccountForm, AccountWords } from './account-form'
import { LinkedLogins, Question } from './linked-logins'

type AccountCardProps = {
  readonly accounts: readonly EndUserAccount[]
  readonly form: AccountForm
  readonly language: Language
  readonly brand?: BrandView | undefined
  /** What has just happened. */
  readonly notice?: AccountNotice | undefined
  /** Asked before anything else. */
  readonly question?: LinkQuestion | null
}

/** What the page may say first, and nothing else. */
export const ACCOUNT_NOTICES = [
  'ended',
  'linked',
  'unlinked',
  'linkFailed',
  'linkTaken',
  'linkSame',
  'linkKeptOut',
] as const
export type AccountNotice = (typeof ACCOUNT_NOTICES)[number]

const NAME = 100

/** What an end user has connected, with a button for each that ends it. Plain forms, no script. */
export function AccountCard({ accounts, form, language, brand, notice, question }: AccountCardProps) {
  const t = translator(messages, language)
  const title = accounts.length > 0 ? t('title') : t('unknown')
  return (
    <div lang={language}>
      <PageShell title={title} brand={brand} language={language} footer={<p>{t('footer')}</p>}>
        <h1>
          <strong>{title}</strong>
        </h1>
        {notice && <p role="status">{t(notice)}</p>}
        {question && <Question {...{ question, form, t }} />}
        {accounts.length === 0 && <p className="lead">{t('unknownLead')}</p>}
        {accounts.map(({ clients, ...account }) => (
          <div key={account.userId}>
            <p className="lead">
              <ForeignText
                text={t('lead', { name: account.name, connection: account.connection })}
                length={2 * NAME}
              />
            </p>
            {clients.length === 0 && <p>{t('nothing')}</p>}
            {clients.map((client) => (
              <Client key={client.grantId} isOnly={clients.length === 1} {...{ client, form, t }} />
            ))}
            <LinkedLogins {...{ account, form, t }} />
          </div>
        ))}
        {accounts.length > 0 && <Everywhere form={form} t={t} />}
      </PageShell>
    </div>
  )
}

/** Asks once more: all that is connected ends. */
function Everywhere({ form, t }: { readonly form: AccountForm; readonly t: AccountWords }) {
  return (
    <section>
      <details>
        <summary>{t('everywhere')}</summary>
        <p>{t('everywhereLead')}</p>
        <form method="post" action={form.action}>
          <input type="hidden" name="request" value={form.formId} />
          <input type="hidden" name="everywhere" value="on" />
          <div className="actions actions-single">
            <button type="submit" name="token" value={form.formToken} className="button">
              {t('everywhere')}
            </button>
          </div>
        </form>
      </details>
    </section>
  )
}

type ClientProps = {
  readonly client: ConnectedClient
  /** One alone is open; several fold, so that all are seen. */
  readonly isOnly: boolean
  readonly form: AccountForm
  readonly t: AccountWords
}

function Client({ client, isOnly, form, t }: ClientProps) {
  const consent = translator(consentMessages, t.language)
  const { grantId, clientId, clientName, serverName, resource, scopes, since, lastUse } = client
  return (
    <section className="connected" aria-labelledby={`grant-${grantId}`}>
      <h2 id={`grant-${grantId}`} className="with-mark">
        <ApplicationMark clientId={clientId} name={clientName} />
        <ForeignText text={t('client', { client: clientName, server: serverName })} length={2 * NAME} />
      </h2>
      <details open={isOnly}>
        <summary>{t('details')}</summary>
        <p>
          <bdi className="address">{resource}</bdi>
        </p>
        <p>{scopes.length > 0 ? t('may') : t('mayNothing')}</p>
        {scopes.length > 0 && (
          <ul className="scopes">
            {scopes.map((scope) => (
              <li key={scope.name}>
                <ScopeSentence scope={scope} t={consent} />
                <ScopeMark scope={scope} t={consent} />
              </li>
            ))}
          </ul>
        )}
        <dl className="facts">
          <dt>{t('since')}</dt>
          <dd>
            <Moment at={since} language={t.language} />
          </dd>
          {lastUse && (
            <>
              <dt>{t('lastUse')}</dt>
              <dd>
                <Moment at={lastUse} language={t.language} />
              </dd>
            </>
          )}
        </dl>
      </details>
      <form method="post" action={form.action}>
        <input type="hidden" name="request" value={form.formId} />
        <input type="hidden" name="token" value={form.formToken} />
        <input type="hidden" name="grant" value={grantId} />
        <div className="actions actions-single">
          <button type="submit" className="button" aria-describedby={`grant-${grantId}`}>
            {t('disconnect')}
          </button>
        </div>
      </form>
    </section>
  )
}
