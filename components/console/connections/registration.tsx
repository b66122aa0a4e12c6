import { CopyText } from '@/components/ui/copy-text'
import type { PresetId } from '@/lib/connections/presets'
import type { Words } from './preset-list'

type RegistrationProps = {
  readonly preset: PresetId
  readonly callbackUrl: string
  readonly t: Words
}

/** What to enter at the identity provider, and where; nothing where there is none. */
export function Registration({ preset, callbackUrl, t }: RegistrationProps) {
  if (preset === 'platform') return null
  return (
    <div className="connections-registration">
      <CopyText text={callbackUrl} label={t('copy')} copied={t('copied')} />
      <p>{t(`where.${preset}`)}</p>
    </div>
  )
}
