/**
 * Instead of where Allow leads: to nobody on this screen. Who holds the device cannot be seen from here, so the user
 * has to know (RFC 8628 §5.4).
 */
export function DeviceDestination() {
  return (
    <section className="destination" aria-labelledby="destination">
      <h2 id="destination">A device asks</h2>
      <p className="place">the one that shows the code you entered</p>
      <p className="note">You will not be sent anywhere: the device connects by itself.</p>
      <p className="warning">
        <strong>Take care.</strong> Only continue if you started this on your own device just now. If somebody
        sent you the code or a link, they would act in your name: deny.
      </p>
    </section>
  )
}
