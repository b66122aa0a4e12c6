import { catalogue } from './catalogue'

/** The pages of a login for a device. */
export const messages = catalogue(
  {
    title: 'Connect a device',
    lead: 'Enter the code shown on your device. Next, you’ll see what it asks for.',
    code: 'Code',
    continue: 'Continue',
    care: 'Be careful.',
    careForm:
      'Only enter a code that you see on your own device right now. If someone sent you a code, they would be acting in your name.',
    noDevice: 'No device in front of you? Close this page.',
    'refused.wrong':
      'No device is waiting for this code. Compare it with the one on your device; it may also have expired.',
    'refused.too_many': 'Too many wrong codes. Wait ten minutes, then request a new one on your device.',
    question: 'Does your device show this code?',
    careQuestion:
      'Continue only if you see this code on your own device right now. If someone sent you this link, they would be acting in your name: close this page.',
    yes: 'Yes, it does',
    other: 'Does your device show a different code?',
    enterOther: 'Enter it instead.',
    'connected.title': 'Your device is connected',
    'connected.lead':
      'You can close this page and return to your device. It may take a few seconds to notice.',
    'not-connected.title': 'Your device was not connected',
    'not-connected.lead':
      'You denied it, the sign-in failed, or the code expired. To try again, start on your device.',
    'unavailable.title': 'Signing in isn’t possible right now',
    'unavailable.lead':
      'Your device was not connected. Enter its code again in a minute, while it is still shown.',
    again: 'Enter the code again',
  },
  {
    title: 'Ein Gerät verbinden',
    lead: 'Geben Sie den Code ein, den Ihr Gerät zeigt. Danach sehen Sie, worum es bittet.',
    code: 'Code',
    continue: 'Weiter',
    care: 'Vorsicht.',
    careForm:
      'Geben Sie nur einen Code ein, den Sie gerade auf Ihrem eigenen Gerät sehen. Hat Ihnen jemand einen Code geschickt, würde er in Ihrem Namen handeln.',
    noDevice: 'Kein Gerät vor Ihnen? Schließen Sie diese Seite.',
    'refused.wrong':
      'Kein Gerät wartet auf diesen Code. Vergleichen Sie ihn mit dem auf Ihrem Gerät; er kann auch abgelaufen sein.',
    'refused.too_many':
      'Zu viele falsche Codes. Warten Sie zehn Minuten, und fordern Sie dann auf Ihrem Gerät einen neuen an.',
    question: 'Zeigt Ihr Gerät diesen Code?',
    careQuestion:
      'Fahren Sie nur fort, wenn Sie diesen Code gerade auf Ihrem eigenen Gerät sehen. Hat Ihnen jemand diesen Link geschickt, würde er in Ihrem Namen handeln: Schließen Sie diese Seite.',
    yes: 'Ja, das stimmt',
    other: 'Zeigt Ihr Gerät einen anderen Code?',
    enterOther: 'Geben Sie stattdessen diesen ein.',
    'connected.title': 'Ihr Gerät ist verbunden',
    'connected.lead':
      'Sie können diese Seite schließen und zu Ihrem Gerät zurückkehren. Es kann einige Sekunden dauern, bis es das bemerkt.',
    'not-connected.title': 'Ihr Gerät wurde nicht verbunden',
    'not-connected.lead':
      'Sie haben abgelehnt, die Anmeldung ist fehlgeschlagen, oder der Code ist abgelaufen. Beginnen Sie auf Ihrem Gerät von vorn, um es erneut zu versuchen.',
    'unavailable.title': 'Die Anmeldung ist gerade nicht möglich',
    'unavailable.lead':
      'Ihr Gerät wurde nicht verbunden. Geben Sie seinen Code in einer Minute erneut ein, solange er angezeigt wird.',
    again: 'Code erneut eingeben',
  },
)
