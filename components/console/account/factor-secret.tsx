'use client'

import { useFormState } from '@/components/ui/action-form'
import { CopyText } from '@/components/ui/copy-text'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'

/** What an authenticator app needs, and the backup codes: shown once, in the place of the form. */
export function FactorSecret({ language }: { readonly language: Language }) {
  const { uri, secret, qrPath, qrSide, backupCodes = '' } = useFormState().shown ?? {}
  const t = translator(messages, language)
  const words = { label: t('copy'), copied: t('copied') }
  return (
    <div className="form" role="status">
      {secret && uri && (
        <>
          <svg className="qr-code" viewBox={`0 0 ${qrSide} ${qrSide}`} role="img" aria-label={t('factor.qr')}>
            <path d={qrPath} />
          </svg>
          <p className="callout-title">{t('factor.secret')}</p>
          <CopyText text={secret} {...words} />
          <p>
            <a href={uri}>{t('factor.open')}</a>
          </p>
        </>
      )}
      <p className="callout-title">{t('factor.backup')}</p>
      <CopyText text={backupCodes} block {...words} />
      <p>{t('factor.once')}</p>
    </div>
  )
}
