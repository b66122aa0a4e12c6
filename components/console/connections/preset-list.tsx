import type { Preset, PresetId } from '@/lib/connections/presets'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/connections'
import { ProviderMark } from './provider-mark'

export type Words = Translate<keyof (typeof messages)['en']>

type PresetListProps = {
  readonly presets: readonly Preset[]
  readonly choices: readonly { readonly id: PresetId; readonly href: string }[]
  readonly t: Words
}

/** The identity providers to choose from. */
export function PresetList({ presets, choices, t }: PresetListProps) {
  return (
    <ul className="connections-presets">
      {choices.map(({ id, href }) => (
        <li key={id}>
          <a href={href}>
            <ProviderMark preset={id} size={24} />
            {id === 'oidc' || id === 'oauth2' || id === 'saml' || id === 'platform'
              ? t(`preset.${id}`)
              : presets.find((preset) => preset.id === id)?.name}
          </a>
        </li>
      ))}
    </ul>
  )
}
