import { ActionForm } from '@/components/ui/action-form'
import { Field, NewPasswordField } from '@/components/ui/fields'
import type { FormState } from '@/components/ui/form-state'
import { Section } from '@/components/ui/page'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'

type Action = (state: FormState | null, form: FormData) => Promise<FormState>

type PasswordProps = {
  readonly language: Language
  readonly isThere: boolean
  /** Characters of the shortest. */
  readonly minLength: number
  readonly change: Action
  readonly choose: Action
}

/** Changes the password, or chooses the first one. */
export function Password({ language, isThere, minLength, change, choose }: PasswordProps) {
  const t = translator(messages, language)
  return (
    <Section title={t('password.title')} lead={t(isThere ? 'password.lead' : 'password.none')}>
      <ActionForm
        action={isThere ? change : choose}
        submit={t(isThere ? 'password.submit' : 'password.choose')}
      >
        {isThere && (
          <Field
            name="password"
            type="password"
            label={t('password.current')}
            autoComplete="current-password"
            required
          />
        )}
        <NewPasswordField
          name="newPassword"
          label={t('password.new')}
          hint={t('password.hint', { count: minLength })}
        />
      </ActionForm>
    </Section>
  )
}
