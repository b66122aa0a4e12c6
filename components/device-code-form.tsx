import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/device'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { PageShell } from './page-shell'

export type DeviceFormProps = {
  /** Where the code is posted. */
  readonly action: string
  readonly formId: string
  /** Must match the form's cookie. */
  readonly formToken: string
  readonly language: Language
  readonly brand?: BrandView | undefined
}

/** Where a user types the code that a device shows. A plain form, no script. */
export function DeviceCodeForm({
  action,
  formId,
  formToken,
  language,
  brand,
  refused,
}: DeviceFormProps & { readonly refused?: 'wrong' | 'too_many' }) {
  const t = translator(messages, language)
  return (
    <div lang={language}>
      <PageShell title={t('title')} footer={<p>{t('noDevice')}</p>} brand={brand} language={language}>
        <h1>
          <strong>{t('title')}</strong>
        </h1>
        <p className="lead">{t('lead')}</p>
        <form method="post" action={action} autoComplete="off">
          <input type="hidden" name="request" value={formId} />
          <input type="hidden" name="token" value={formToken} />
          {refused && (
            <p className="warning code-refused" id="refused" role="alert">
              {t(`refused.${refused}`)}
            </p>
          )}
          <label className="code-label" htmlFor="user_code">
            {t('code')}
          </label>
          <input
            className="code-input"
            id="user_code"
            name="user_code"
            type="text"
            required
            maxLength={24}
            placeholder="XXXX-XXXX"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck={false}
            {...(refused && { 'aria-invalid': true, 'aria-describedby': 'refused' })}
          />
          <div className="actions actions-single">
            <button type="submit" className="button button-filled">
              {t('continue')}
            </button>
          </div>
        </form>
        <p className="warning">
          <strong>{t('care')}</strong> {t('careForm')}
        </p>
      </PageShell>
    </div>
  )
}
