import type { EndUserAccount } from '@/lib/grants/account'
import type { LinkQuestion } from '@/lib/grants/link-accounts'
import { ForeignText } from '../foreign-text'
import { Moment } from '../ui/moment'
import type { AccountForm, AccountWords } from './account-form'

const NAME = 100

type Shared = { readonly form: AccountForm; readonly t: AccountWords }

type LinkedLoginsProps = Shared & {
  readonly account: Pick<EndUserAccount, 'connection' | 'connectionId' | 'linked' | 'linkable'>
}

/** Other logins that lead to a user, and how to link one more. */
export function LinkedLogins({ account, form, t }: LinkedLoginsProps) {
  const { connection, connectionId, linked, linkable } = account
  return (
    <>
      {linked.map(({ id, name, since }) => (
        <section key={id} className="connected">
          <p>
            <ForeignText text={t('linkedLead', { name })} length={2 * NAME} />{' '}
            {since && <Moment at={since} language={t.language} />}
          </p>
          <details>
            <summary>{t('unlink')}</summary>
            <p>{t('unlinkLead')}</p>
            <Act form={form} fields={{ unlink: id }} submit={t('unlink')} />
          </details>
        </section>
      ))}
      {linkable.length > 0 && (
        <section>
          <details>
            <summary>{t('link')}</summary>
            <p>
              <ForeignText text={t('linkLead', { connection })} length={4 * NAME} />
            </p>
            {linkable.map((other) => (
              <Act
                key={other.id}
                form={form}
                fields={{ from: connectionId, other: other.id }}
                submit={t('linkWith', { connection: other.name })}
              />
            ))}
          </details>
        </section>
      )}
    </>
  )
}

/** Both logins are proven: whoever typed the second one's password may have been led to. */
export function Question({ question, form, t }: Shared & { readonly question: LinkQuestion }) {
  const { answer, name, other, connection } = question
  return (
    <section>
      <h2>{t('question')}</h2>
      <p>
        <ForeignText text={t('questionLead', { name, other, connection })} length={6 * NAME} />
      </p>
      <Act form={form} fields={{ confirm: answer }} submit={t('questionYes')} />
      <p>
        <a href="/account">{t('questionNo')}</a>
      </p>
    </section>
  )
}

type ActProps = Pick<Shared, 'form'> & {
  readonly fields: Readonly<Record<string, string>>
  readonly submit: string
}

function Act({ form, fields, submit }: ActProps) {
  return (
    <form method="post" action="/account/link">
      <input type="hidden" name="request" value={form.formId} />
      <input type="hidden" name="token" value={form.formToken} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div className="actions actions-single">
        <button type="submit" className="button">
          {submit}
        </button>
      </div>
    </form>
  )
}
