import type { ComponentProps } from 'react'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField, Field } from '@/components/ui/fields'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console/branding'
import { messages as servers } from '@/lib/messages/servers'
import type { Brand } from '@/lib/oauth/ports/brand'

type BrandingFormProps = Pick<ComponentProps<typeof ActionForm>, 'action' | 'fields'> & {
  /** Slug. */
  readonly organization: string
  /** What is stored, and not what is shown where nothing is. */
  readonly brand: Brand | null
  readonly language: Language
}

/** Everything that pages for end users may have of an operator. */
export function BrandingForm({ brand, language, ...form }: BrandingFormProps) {
  const p = translator(messages, language)
  const plain = { autoComplete: 'off', spellCheck: false } as const
  return (
    <ActionForm {...form} submit={translator(servers, language)('save')}>
      <Field
        name="name"
        label={p('branding.name')}
        hint={p('branding.nameHint')}
        defaultValue={brand?.name}
        {...plain}
      />
      <Field
        name="accent"
        label={p('branding.accent')}
        hint={p('branding.accentHint')}
        defaultValue={brand?.accent?.light}
        {...plain}
      />
      <Field
        name="accent_dark"
        label={p('branding.accentDark')}
        hint={p('branding.accentDarkHint')}
        defaultValue={brand?.accent?.dark}
        {...plain}
      />
      <Field
        name="corner_radius"
        label={p('branding.radius')}
        hint={p('branding.radiusHint')}
        defaultValue={brand?.cornerRadius?.toString()}
        inputMode="numeric"
        {...plain}
      />
      <Field name="logo" label={p('branding.logo')} hint={p('branding.logoHint')} type="file" />
      {brand?.hasLogo && <CheckField name="remove_logo" label={p('branding.removeLogo')} />}
      <Field
        name="terms_url"
        label={p('branding.terms')}
        hint={p('branding.linkHint')}
        defaultValue={brand?.termsUrl}
        {...plain}
      />
      <Field
        name="privacy_url"
        label={p('branding.privacy')}
        hint={p('branding.linkHint')}
        defaultValue={brand?.privacyUrl}
        {...plain}
      />
      <Field
        name="support"
        label={p('branding.support')}
        hint={p('branding.supportHint')}
        defaultValue={brand?.support}
        {...plain}
      />
    </ActionForm>
  )
}
