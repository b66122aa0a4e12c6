import type { ReactNode } from 'react'
import type { ConsentWords } from '@/lib/messages/consent'
import type { ConsentView } from '@/lib/oauth/consent/view'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { DeviceDestination } from './device-destination'
import { Sentence } from './sentence'

/** Longer than any host: an address is never cut, because its end tells whose it is. */
const ADDRESS = 300

type DestinationProps = Pick<ConsentView, 'redirect'> & {
  readonly kind: ConsentView['client']['kind']
  readonly t: ConsentWords
}

/**
 * Where Allow leads: the one fact on the page that the client cannot make up. A program on this computer and a
 * private-use scheme can belong to any application (RFC 8252 §8.6), so these carry a warning.
 */
export function Destination({ redirect, kind, t }: DestinationProps) {
  if (redirect.kind === 'device') return <DeviceDestination t={t} />
  const host = displayText(redirect.host, ADDRESS)
  if (redirect.kind === 'loopback')
    return <Panel t={t} place={t('goes.loopback')} address={host} warning={t('goes.loopbackWarning')} />
  if (redirect.kind === 'private-use') {
    const place = <Sentence text={t('goes.app')} values={{ scheme: <bdi className="address">{host}</bdi> }} />
    return <Panel t={t} place={place} warning={t('goes.appWarning')} />
  }
  return (
    <Panel
      t={t}
      place={<bdi className="address">{host}</bdi>}
      {...(kind !== 'preregistered' && { note: t('goes.unknown') })}
    />
  )
}

type PanelProps = {
  readonly t: ConsentWords
  readonly place: ReactNode
  readonly address?: string
  readonly note?: string
  readonly warning?: string
}

function Panel({ t, place, address, note, warning }: PanelProps) {
  return (
    <section className="destination" aria-labelledby="destination">
      <h2 id="destination">{t('goes.title')}</h2>
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
          <strong>{t('goes.care')}</strong> {warning}
        </p>
      )}
    </section>
  )
}
