import type { ConsentWords } from '@/lib/messages/consent'

/**
 * In place of the redirect host: a device has none. The server cannot know who holds the device, so the user has to
 * check (RFC 8628 §5.4).
 */
export function DeviceDestination({ t }: { readonly t: ConsentWords }) {
  return (
    <section className="destination" aria-labelledby="destination">
      <h2 id="destination">{t('device.title')}</h2>
      <p className="place">{t('device.place')}</p>
      <p className="note">{t('device.nowhere')}</p>
      <p className="warning">
        <strong>{t('goes.care')}</strong> {t('device.warning')}
      </p>
    </section>
  )
}
