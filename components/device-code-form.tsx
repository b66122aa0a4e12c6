import { PageShell } from './page-shell'

export type DeviceFormProps = {
  /** Where the code is posted. */
  readonly action: string
  readonly formId: string
  /** Must match the form's cookie. */
  readonly formToken: string
}

const REFUSALS = {
  wrong: 'No device waits for this code. Compare it with the one on your device; it may also have expired.',
  too_many: 'Too many codes were wrong. Wait ten minutes, then let your device show a new one.',
} as const

/** Where a user types the code that a device shows. A plain form, no script. */
export function DeviceCodeForm({
  action,
  formId,
  formToken,
  refused,
}: DeviceFormProps & { readonly refused?: keyof typeof REFUSALS }) {
  return (
    <PageShell footer={<p>No device in front of you? Then close this page.</p>}>
      <h1>
        <strong>Connect a device</strong>
      </h1>
      <p className="lead">Enter the code that your device shows. Then you see what it asks for.</p>
      <form method="post" action={action} autoComplete="off">
        <input type="hidden" name="request" value={formId} />
        <input type="hidden" name="token" value={formToken} />
        {refused && (
          <p className="warning code-refused" id="refused" role="alert">
            {REFUSALS[refused]}
          </p>
        )}
        <label className="code-label" htmlFor="user_code">
          Code
        </label>
        <input
          className="code-input"
          id="user_code"
          name="user_code"
          type="text"
          required
          maxLength={24}
          placeholder="XXXX-XXXX"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          {...(refused && { 'aria-invalid': true, 'aria-describedby': 'refused' })}
        />
        <div className="actions actions-single">
          <button type="submit" className="button button-filled">
            Continue
          </button>
        </div>
      </form>
      <p className="warning">
        <strong>Take care.</strong> Enter only a code that you see on your own device, right now. With a code
        that somebody sent you, they would act in your name.
      </p>
    </PageShell>
  )
}
