import type { DeviceFormProps } from './device-code-form'
import { PageShell } from './page-shell'

/**
 * Whether the device shows the code that came with the link: a link may come from anybody, and only the user can see
 * the device (RFC 8628 §3.3.1, §5.4).
 */
export function DeviceCodeQuestion({
  action,
  formId,
  formToken,
  userCode,
}: DeviceFormProps & { readonly userCode: string }) {
  return (
    <PageShell
      footer={
        <p>
          Your device shows another code? <a href={action.replace(/\/code$/, '')}>Enter that one instead.</a>
        </p>
      }
    >
      <h1>
        <strong>Does your device show this code?</strong>
      </h1>
      <p className="code-shown">
        <code>{userCode}</code>
      </p>
      <p className="warning">
        <strong>Take care.</strong> Continue only if you see this code on your own device, right now. If
        somebody sent you this link, they would act in your name: close the page.
      </p>
      <form method="post" action={action} autoComplete="off">
        <input type="hidden" name="request" value={formId} />
        <input type="hidden" name="token" value={formToken} />
        <input type="hidden" name="user_code" value={userCode} />
        <div className="actions actions-single">
          <button type="submit" className="button button-filled">
            Yes, my device shows it
          </button>
        </div>
      </form>
    </PageShell>
  )
}
