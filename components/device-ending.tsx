import { PageShell } from './page-shell'

const ENDINGS = {
  connected: {
    title: 'Your device is connected',
    lead: 'You can close this page and return to your device. It may take a few seconds to notice.',
  },
  'not-connected': {
    title: 'Your device was not connected',
    lead: 'You denied it, the login failed, or the code has expired meanwhile. To try again, start on your device.',
  },
  unavailable: {
    title: 'Logins are not possible just now',
    lead: 'Your device was not connected. Enter its code again in a minute, while it still shows it.',
  },
} as const

/** The last page of a login for a device: there is nobody to send the user back to. */
export function DeviceEnding({ ending }: { readonly ending: keyof typeof ENDINGS }) {
  const { title, lead } = ENDINGS[ending]
  return (
    <PageShell>
      <h1>
        <strong>{title}</strong>
      </h1>
      <p className="lead">{lead}</p>
      {ending === 'unavailable' && (
        <p className="way-out">
          <a className="button" href="/oauth/device">
            Enter the code again
          </a>
        </p>
      )}
    </PageShell>
  )
}
