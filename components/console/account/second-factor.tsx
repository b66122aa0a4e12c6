import { ActionForm } from '@/components/ui/action-form'
import { Field } from '@/components/ui/fields'
import type { FormState } from '@/components/ui/form-state'
import { Section } from '@/components/ui/page'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'
import { FactorSecret } from './factor-secret'

type Action = (state: FormState | null, form: FormData) => Promise<FormState>

type SecondFactorProps = {
  readonly language: Language
  readonly isOn: boolean
  /** The QR code has been shown: there is something to enter a code of. */
  readonly isBegun: boolean
  readonly actions: Readonly<Record<'enable' | 'confirm' | 'disable' | 'newCodes', Action>>
}

/** Turning the second factor on, in two steps, and off. */
export function SecondFactor({ language, isOn, isBegun, actions }: SecondFactorProps) {
  const t = translator(messages, language)
  const password = (
    <Field
      name="password"
      type="password"
      label={t('password.current')}
      autoComplete="current-password"
      required
    />
  )
  return (
    <Section title={t('factor.title')} lead={t(isOn ? 'factor.on' : 'factor.off')}>
      {isOn ? (
        <details className="more">
          <summary>{t('factor.manage')}</summary>
          <div className="account-steps">
            <ActionForm
              action={actions.newCodes}
              submit={t('factor.newCodes')}
              tone="plain"
              after={<FactorSecret language={language} />}
            >
              {password}
            </ActionForm>
            <ActionForm action={actions.disable} submit={t('factor.disable')} tone="danger">
              {password}
            </ActionForm>
          </div>
        </details>
      ) : (
        <div className="account-steps">
          <div>
            <h3>{t('factor.start')}</h3>
            <ActionForm
              action={actions.enable}
              submit={t('factor.enable')}
              tone="plain"
              after={<FactorSecret language={language} />}
            >
              {password}
            </ActionForm>
          </div>
          {isBegun && (
            <div>
              <h3>{t('factor.confirm')}</h3>
              <ActionForm action={actions.confirm} submit={t('factor.confirmSubmit')}>
                <Field
                  name="code"
                  label={t('factor.code')}
                  autoComplete="one-time-code"
                  inputMode="numeric"
                  required
                />
              </ActionForm>
            </div>
          )}
        </div>
      )}
    </Section>
  )
}
