import { CopyText } from '@/components/ui/copy-text'
import type { PresetId } from '@/lib/connections/presets'
import type { Words } from './preset-list'

type RegistrationProps = {
  readonly preset: PresetId
  readonly callbackUrl: string
  /** Where a SAML provider can read the same. */
  readonly metadataUrl?: string | undefined
  /** The connection is not there yet, and so nothing to read. */
  readonly isNew?: boolean
  /** It is registered already: the steps are folded away. */
  readonly isDone?: boolean
  readonly t: Words
}

/** What to click at the identity provider, and what to enter there; nothing where there is none. */
export function Registration({
  preset,
  callbackUrl,
  metadataUrl,
  isNew = false,
  isDone = false,
  t,
}: RegistrationProps) {
  if (preset === 'platform') return null
  const callback = <CopyText text={callbackUrl} label={t('copy')} copied={t('copied')} />
  const steps = (
    <ol className="clicks">
      {t(`where.${preset}`)
        .split('\n')
        .map((step) => (
          <li key={step}>
            <Step text={step} />
            {step.includes('{callback}') && !isDone && callback}
          </li>
        ))}
    </ol>
  )
  return (
    <div className="connections-registration">
      {isDone ? (
        <>
          <p className="muted">{t(preset === 'saml' ? 'acsUrl' : 'callbackUrl')}</p>
          {callback}
          <details className="more">
            <summary>{t('clicks')}</summary>
            {steps}
          </details>
        </>
      ) : (
        steps
      )}
      {metadataUrl !== undefined && preset === 'saml' && (
        <>
          <p>{t('registration.metadata')}</p>
          <CopyText text={metadataUrl} label={t('copy')} copied={t('copied')} />
          {isNew && <p>{t('registration.metadataLater')}</p>}
        </>
      )}
    </div>
  )
}

/** What stands between stars is the provider's own wording. */
function Step({ text }: { readonly text: string }) {
  const parts = text.replace('{callback}', '').split('*')
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence stay where they are
  return parts.map((part, i) => (i % 2 === 0 ? part : <bdi key={i}>{part}</bdi>))
}
