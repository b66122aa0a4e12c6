import { ActionButton, ActionForm } from '@/components/ui/action-form'
import {
  CheckField,
  DurationField,
  Field,
  NewPasswordField,
  SelectField,
  TextArea,
} from '@/components/ui/fields'
import type { FormState } from '@/components/ui/form-state'

const WRONG = 'Enter the client secret.'

/** What a form answers that is filled in wrongly; after a while, so that it is seen at work. */
async function answerBadly(_: FormState | null, form: FormData): Promise<FormState> {
  'use server'
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const values = Object.fromEntries(
    [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  return { message: 'Not saved.', errors: { wrong: WRONG, area: WRONG, choice: WRONG, time: WRONG }, values }
}

const UNITS = { 60: 'minutes', 3600: 'hours', 86400: 'days' }
const OPTIONS = ['OpenID Connect', 'OAuth 2.0'].map((label) => ({ value: label, label }))

/** Fields as they are, and, once sent, as they are when something is wrong. */
export function FormParts({ id }: { readonly id: string }) {
  const fields = { scheme: id }
  return (
    <>
      <ActionForm
        action={answerBadly}
        fields={fields}
        submit="Save"
        second={{ name: 'test', label: 'Save and test' }}
      >
        <Field name="name" label="Name" hint="What is shown to users." defaultValue="Northwind" required />
        <Field name="wrong" label="Client secret" placeholder="As the provider gave it" />
        <NewPasswordField name="password" label="Password" hint="At least 12 characters." />
        <TextArea
          name="area"
          label="Redirect URIs"
          hint="One a line."
          defaultValue="https://app.example/callback"
        />
        <SelectField name="choice" label="Type" options={OPTIONS} />
        <DurationField name="time" label="Access token lifetime" defaultValue="7200" units={UNITS} />
        <CheckField name="check" label="Users stay signed in" hint="For twelve hours." defaultChecked />
      </ActionForm>
      <div className="page-actions">
        <ActionButton action={answerBadly}>Plain</ActionButton>
        <ActionButton action={answerBadly} tone="primary">
          Primary
        </ActionButton>
        <ActionButton action={answerBadly} tone="danger" confirm="This cannot be undone.">
          Delete
        </ActionButton>
        <button type="button" className="btn btn-primary" aria-disabled>
          Busy
        </button>
      </div>
    </>
  )
}
