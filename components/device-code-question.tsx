import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/device'
import type { DeviceFormProps } from './device-code-form'
import { PageShell } from './page-shell'

/**
 * Whether the device shows the code from the link: an attacker may have sent the link, and only the user can see the
 * device (RFC 8628 §3.3.1, §5.4).
 */
export function DeviceCodeQuestion({
  action,
  formId,
  formToken,
  language,
  brand,
  userCode,
}: DeviceFormProps & { readonly userCode: string }) {
  const t = translator(messages, language)
  return (
    <div lang={language}>
      <PageShell
        title={t('question')}
        brand={brand}
        language={language}
        footer={
          <p>
            {t('other')} <a href={action.replace(/\/code$/, '')}>{t('enterOther')}</a>
          </p>
        }
      >
        <h1>
          <strong>{t('question')}</strong>
        </h1>
        <p className="code-shown">
          <code>{userCode}</code>
        </p>
        <p className="warning">
          <strong>{t('care')}</strong> {t('careQuestion')}
        </p>
        <form method="post" action={action} autoComplete="off">
          <input type="hidden" name="request" value={formId} />
          <input type="hidden" name="token" value={formToken} />
          <input type="hidden" name="user_code" value={userCode} />
          <div className="actions actions-single">
            <button type="submit" className="button button-filled">
              {t('yes')}
            </button>
          </div>
        </form>
      </PageShell>
    </div>
  )
}
