import { catalogue } from './catalogue'

/** The pages of a login for a device. */
export const messages = catalogue(
  {
    title: 'Connect a device',
    lead: 'Enter the code that your device shows. Then you see what it asks for.',
    code: 'Code',
    continue: 'Continue',
    care: 'Take care.',
    careForm:
      'Enter only a code that you see on your own device, right now. With a code that somebody sent you, they would act in your name.',
    noDevice: 'No device in front of you? Then close this page.',
    'refused.wrong':
      'No device waits for this code. Compare it with the one on your device; it may also have expired.',
    'refused.too_many': 'Too many codes were wrong. Wait ten minutes, then let your device show a new one.',
    question: 'Does your device show this code?',
    careQuestion:
      'Continue only if you see this code on your own device, right now. If somebody sent you this link, they would act in your name: close the page.',
    yes: 'Yes, my device shows it',
    other: 'Your device shows another code?',
    enterOther: 'Enter that one instead.',
    'connected.title': 'Your device is connected',
    'connected.lead':
      'You can close this page and return to your device. It may take a few seconds to notice.',
    'not-connected.title': 'Your device was not connected',
    'not-connected.lead':
      'You denied it, the login failed, or the code has expired meanwhile. To try again, start on your device.',
    'unavailable.title': 'Logins are not possible just now',
    'unavailable.lead':
      'Your device was not connected. Enter its code again in a minute, while it still shows it.',
    again: 'Enter the code again',
  },
  {
    title: 'Ein Gerät verbinden',
    lead: 'Geben Sie den Code ein, den Ihr Gerät zeigt. Danach sehen Sie, worum es bittet.',
    code: 'Code',
    continue: 'Weiter',
    care: 'Vorsicht.',
    careForm:
      'Geben Sie nur einen Code ein, den Sie gerade jetzt auf Ihrem eigenen Gerät sehen. Mit einem Code, den Ihnen jemand geschickt hat, würde er in Ihrem Namen handeln.',
    noDevice: 'Kein Gerät vor Ihnen? Dann schließen Sie diese Seite.',
    'refused.wrong':
      'Kein Gerät wartet auf diesen Code. Vergleichen Sie ihn mit dem auf Ihrem Gerät; er kann auch abgelaufen sein.',
    'refused.too_many':
      'Zu viele Codes waren falsch. Warten Sie zehn Minuten, und lassen Sie Ihr Gerät dann einen neuen zeigen.',
    question: 'Zeigt Ihr Gerät diesen Code?',
    careQuestion:
      'Fahren Sie nur fort, wenn Sie diesen Code gerade jetzt auf Ihrem eigenen Gerät sehen. Wenn Ihnen jemand diesen Link geschickt hat, würde er in Ihrem Namen handeln: Schließen Sie die Seite.',
    yes: 'Ja, mein Gerät zeigt ihn',
    other: 'Ihr Gerät zeigt einen anderen Code?',
    enterOther: 'Geben Sie stattdessen jenen ein.',
    'connected.title': 'Ihr Gerät ist verbunden',
    'connected.lead':
      'Sie können diese Seite schließen und zu Ihrem Gerät zurückkehren. Es kann einige Sekunden dauern, bis es das bemerkt.',
    'not-connected.title': 'Ihr Gerät wurde nicht verbunden',
    'not-connected.lead':
      'Sie haben abgelehnt, die Anmeldung ist fehlgeschlagen, oder der Code ist inzwischen abgelaufen. Beginnen Sie auf Ihrem Gerät von vorn, um es noch einmal zu versuchen.',
    'unavailable.title': 'Anmeldungen sind gerade nicht möglich',
    'unavailable.lead':
      'Ihr Gerät wurde nicht verbunden. Geben Sie seinen Code in einer Minute noch einmal ein, solange es ihn noch zeigt.',
    again: 'Den Code noch einmal eingeben',
  },
)
