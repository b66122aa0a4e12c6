import type { ConsentWords } from '@/lib/messages/consent'

/**
 * Instead of where Allow leads: to nobody on this screen. Who holds the device cannot be seen from here, so the user
 * has to know (RFC 8628 §5.4).
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
