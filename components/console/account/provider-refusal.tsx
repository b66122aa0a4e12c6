import { Callout } from '@/components/ui/page'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'

type Given = string | string[] | undefined

type ProviderRefusalProps = {
  readonly language: Language
  readonly refused?: Given
  readonly reference?: Given
}

/** Why signing in with an identity provider came to nothing. What the address says is one of our sentences, or nothing. */
export function ProviderRefusal({ language, refused, reference }: ProviderRefusalProps) {
  const key = `provider.${String(refused)}`
  if (!isReason(key)) return null
  const t = translator(messages, language)
  const shown = typeof reference === 'string' && /^[0-9a-f]{12}$/.test(reference) ? reference : undefined
  return (
    <div className="provider-refusal" role="alert">
      <Callout tone="problem">
        {t(key)} {shown && t('provider.reference', { reference: shown })}
      </Callout>
    </div>
  )
}

const NO_REASONS = ['provider.use', 'provider.join', 'provider.reference']

const isReason = (key: string): key is Extract<keyof (typeof messages)['en'], `provider.${string}`> =>
  Object.hasOwn(messages.en, key) && !NO_REASONS.includes(key)
