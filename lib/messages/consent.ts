import { catalogue, type Translate } from './catalogue'

/** The consent page. The names in braces are drawn by the page, so that nothing foreign can pass for ours. */
export const messages = catalogue(
  {
    tab: 'Connect to {server}',
    'title.unnamed': 'An unnamed application',
    'title.verb': 'wants to use',
    'known.operator': 'Known to the operator of {server}.',
    'known.document': 'Verified by {host}.',
    'known.named': 'Not verified: it registered itself under this name.',
    'known.unnamed': 'Not verified: it registered itself.',
    'goes.title': 'You will be sent to',
    'goes.loopback': 'a program on this computer',
    'goes.loopbackWarning':
      'Any program on this computer could be listening. Allow only if you started this here yourself, and no one sent you the link.',
    'goes.app': 'the app that opens {scheme} links on this device',
    'goes.appWarning':
      'Any app on this device could have claimed these links. Allow only if you started this here yourself, and no one sent you the link.',
    'goes.unknown': 'Deny if you don’t recognize this address.',
    'goes.care': 'Be careful.',
    'device.title': 'A device wants to connect',
    'device.place': 'the device showing the code you entered',
    'device.nowhere': 'You won’t be sent anywhere: the device connects by itself.',
    'device.warning':
      'Continue only if you just started this on your own device. If someone sent you the code or a link, they would be acting in your name: deny.',
    'scopes.new': 'On {host} it will be able to',
    'scopes.known': 'On {host} it is already allowed to',
    'scopes.kindNew': 'New',
    'scopes.kindBefore': 'Already allowed',
    'scopes.none': 'Act for you within the limits of {server}: it asks for no specific permission',
    'scopes.offline': 'Stay connected until you disconnect',
    next: 'Next, you’ll sign in with {connection}.',
    allow: 'Allow',
    deny: 'Deny',
    before: 'What you allowed this application before stays allowed.',
    'print.server': 'Server',
    'print.application': 'Application',
    'print.website': 'Claimed website',
    'print.asked': 'Requested from {connection}',
    'print.reference': 'Reference',
    'cookies.title': 'Cookies are blocked',
    'cookies.lead':
      'A cookie ties your answer to this browser, so that no one else can answer for you. Allow cookies for this site, then go back to your application and connect again.',
  },
  {
    tab: 'Mit {server} verbinden',
    'title.unnamed': 'Eine Anwendung ohne Namen',
    'title.verb': 'möchte zugreifen auf',
    'known.operator': 'Dem Betreiber von {server} bekannt.',
    'known.document': 'Bestätigt durch {host}.',
    'known.named': 'Nicht bestätigt: Sie hat sich selbst unter diesem Namen registriert.',
    'known.unnamed': 'Nicht bestätigt: Sie hat sich selbst registriert.',
    'goes.title': 'Sie werden weitergeleitet an',
    'goes.loopback': 'ein Programm auf diesem Computer',
    'goes.loopbackWarning':
      'Jedes Programm auf diesem Computer könnte dort zuhören. Erlauben Sie es nur, wenn Sie dies gerade selbst begonnen haben, auf diesem Computer, und Ihnen niemand den Link geschickt hat.',
    'goes.app': 'die App, die auf diesem Gerät Links mit {scheme} öffnet',
    'goes.appWarning':
      'Jede App auf diesem Gerät könnte diese Links für sich beanspruchen. Erlauben Sie es nur, wenn Sie dies gerade selbst begonnen haben, auf diesem Gerät, und Ihnen niemand den Link geschickt hat.',
    'goes.unknown': 'Lehnen Sie ab, wenn Sie diese Adresse nicht kennen.',
    'goes.care': 'Vorsicht.',
    'device.title': 'Ein Gerät möchte sich verbinden',
    'device.place': 'das Gerät, das den eingegebenen Code zeigt',
    'device.nowhere': 'Sie werden nirgendwohin weitergeleitet: Das Gerät verbindet sich selbst.',
    'device.warning':
      'Fahren Sie nur fort, wenn Sie dies gerade auf Ihrem eigenen Gerät begonnen haben. Hat Ihnen jemand den Code oder einen Link geschickt, würde er in Ihrem Namen handeln: Lehnen Sie ab.',
    'scopes.new': 'Auf {host} kann sie dann',
    'scopes.known': 'Auf {host} darf sie bereits',
    'scopes.kindNew': 'Neu',
    'scopes.kindBefore': 'Bereits erlaubt',
    'scopes.none': 'Im Rahmen von {server} für Sie handeln: Sie bittet um keine bestimmte Berechtigung',
    'scopes.offline': 'Verbunden bleiben, bis Sie die Verbindung trennen',
    next: 'Danach melden Sie sich mit {connection} an.',
    allow: 'Erlauben',
    deny: 'Ablehnen',
    before: 'Was Sie dieser Anwendung früher erlaubt haben, bleibt erlaubt.',
    'print.server': 'Server',
    'print.application': 'Anwendung',
    'print.website': 'Angegebene Webseite',
    'print.asked': 'Angefordert von {connection}',
    'print.reference': 'Referenz',
    'cookies.title': 'Cookies sind blockiert',
    'cookies.lead':
      'Ein Cookie bindet Ihre Antwort an diesen Browser, damit niemand sonst für Sie antworten kann. Erlauben Sie Cookies für diese Seite, gehen Sie dann zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
  },
)

/** The page's sentences in the language of the browser. */
export type ConsentWords = Translate<keyof (typeof messages)['en']>
