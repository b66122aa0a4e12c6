import type { ReactNode } from 'react'
import type { ConsentView } from '@/lib/oauth/consent/view'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { DeviceDestination } from './device-destination'

/** Longer than any host: an address is never cut, because its end tells whose it is. */
const ADDRESS = 300

type DestinationProps = Pick<ConsentView, 'redirect'> & { readonly kind: ConsentView['client']['kind'] }

/**
 * Where Allow leads: the one fact on the page that the client cannot make up. A program on this computer and an
 * app's own scheme belong to nobody in particular (RFC 8252 §8.6), so these carry a warning.
 */
export function Destination({ redirect, kind }: DestinationProps) {
  if (redirect.kind === 'device') return <DeviceDestination />
  const host = displayText(redirect.host, ADDRESS)
  if (redirect.kind === 'loopback') {
    return (
      <Panel
        place="a program on this computer"
        address={host}
        warning="Any program on this computer could be listening. Allow only if you just started this yourself, on this computer, and nobody sent you the link."
      />
    )
  }
  if (redirect.kind === 'private-use') {
    return (
      <Panel
        place={
          <>
            the app that opens <bdi className="address">{host}</bdi> links on this device
          </>
        }
        warning="Any app on this device could have claimed these links. Allow only if you just started this yourself, on this device, and nobody sent you the link."
      />
    )
  }
  return (
    <Panel
      place={<bdi className="address">{host}</bdi>}
      {...(kind !== 'preregistered' && { note: 'Deny if you do not know this address.' })}
    />
  )
}

type PanelProps = {
  readonly place: ReactNode
  readonly address?: string
  readonly note?: string
  readonly warning?: string
}

function Panel({ place, address, note, warning }: PanelProps) {
  return (
    <section className="destination" aria-labelledby="destination">
      <h2 id="destination">You will be sent to</h2>
      <p className="place">
        {place}
        {address && (
          <>
            {' '}
            <bdi className="address address-aside">({address})</bdi>
          </>
        )}
      </p>
      {note && <p className="note">{note}</p>}
      {warning && (
        <p className="warning">
          <strong>Take care.</strong> {warning}
        </p>
      )}
    </section>
  )
}
