import { catalogue, type Translate } from './catalogue'

/** The consent page. The names in braces are drawn by the page, so that nothing foreign can pass for ours. */
export const messages = catalogue(
  {
    'title.unnamed': 'An application without a name',
    'title.verb': 'wants to use',
    'known.operator': 'Known to {server}’s operator.',
    'known.document': '{host} vouches for this application. Its name is what that site says.',
    'known.named': 'This application registered itself. Its name is its own claim; nobody has checked it.',
    'known.unnamed': 'This application registered itself. Nobody has checked who made it.',
    'goes.title': 'You will be sent to',
    'goes.loopback': 'a program on this computer',
    'goes.loopbackWarning':
      'Any program on this computer could be listening. Allow only if you just started this yourself, on this computer, and nobody sent you the link.',
    'goes.app': 'the app that opens {scheme} links on this device',
    'goes.appWarning':
      'Any app on this device could have claimed these links. Allow only if you just started this yourself, on this device, and nobody sent you the link.',
    'goes.unknown': 'Deny if you do not know this address.',
    'goes.care': 'Take care.',
    'device.title': 'A device asks',
    'device.place': 'the one that shows the code you entered',
    'device.nowhere': 'You will not be sent anywhere: the device connects by itself.',
    'device.warning':
      'Only continue if you started this on your own device just now. If somebody sent you the code or a link, they would act in your name: deny.',
    'scopes.new': 'At {host} it will be able to',
    'scopes.known': 'At {host} it is already allowed to',
    'scopes.kindNew': 'New',
    'scopes.kindBefore': 'Already allowed',
    'scopes.none': 'Act for you as far as {server} lets it: it asks for no particular permission',
    'scopes.offline': 'Stay connected until you disconnect',
    next: 'Next you log in at {connection}.',
    allow: 'Allow',
    deny: 'Deny',
    before: 'What you allowed this application before stays allowed.',
    'print.server': 'Server',
    'print.application': 'Application',
    'print.website': 'Website it claims',
    'print.asked': 'Asked of {connection}',
    'print.reference': 'Reference',
    'cookies.title': 'Your browser refuses our cookie',
    'cookies.lead':
      'It ties your answer to this browser, so that nobody else can answer for you. Allow cookies for this site, then go back to your application and connect again.',
  },
  {
    'title.unnamed': 'Eine Anwendung ohne Namen',
    'title.verb': 'möchte Zugriff auf',
    'known.operator': 'Dem Betreiber von {server} bekannt.',
    'known.document': '{host} bürgt für diese Anwendung. Ihr Name ist, was jene Seite sagt.',
    'known.named':
      'Diese Anwendung hat sich selbst registriert. Ihr Name ist ihre eigene Angabe; niemand hat ihn geprüft.',
    'known.unnamed': 'Diese Anwendung hat sich selbst registriert. Niemand hat geprüft, von wem sie ist.',
    'goes.title': 'Sie werden weitergeleitet an',
    'goes.loopback': 'ein Programm auf diesem Computer',
    'goes.loopbackWarning':
      'Jedes Programm auf diesem Computer könnte dort zuhören. Erlauben Sie es nur, wenn Sie dies gerade selbst begonnen haben, auf diesem Computer, und Ihnen niemand den Link geschickt hat.',
    'goes.app': 'die App, die auf diesem Gerät Links mit {scheme} öffnet',
    'goes.appWarning':
      'Jede App auf diesem Gerät könnte diese Links für sich beanspruchen. Erlauben Sie es nur, wenn Sie dies gerade selbst begonnen haben, auf diesem Gerät, und Ihnen niemand den Link geschickt hat.',
    'goes.unknown': 'Lehnen Sie ab, wenn Sie diese Adresse nicht kennen.',
    'goes.care': 'Vorsicht.',
    'device.title': 'Ein Gerät bittet',
    'device.place': 'jenes, das den Code zeigt, den Sie eingegeben haben',
    'device.nowhere': 'Sie werden nirgendwohin weitergeleitet: Das Gerät verbindet sich selbst.',
    'device.warning':
      'Fahren Sie nur fort, wenn Sie dies gerade auf Ihrem eigenen Gerät begonnen haben. Wenn Ihnen jemand den Code oder einen Link geschickt hat, würde er in Ihrem Namen handeln: Lehnen Sie ab.',
    'scopes.new': 'Bei {host} kann sie dann',
    'scopes.known': 'Bei {host} darf sie schon',
    'scopes.kindNew': 'Neu',
    'scopes.kindBefore': 'Schon erlaubt',
    'scopes.none': 'Für Sie handeln, soweit {server} es zulässt: sie bittet um keine bestimmte Erlaubnis',
    'scopes.offline': 'Verbunden bleiben, bis Sie die Verbindung trennen',
    next: 'Danach melden Sie sich an bei {connection}.',
    allow: 'Erlauben',
    deny: 'Ablehnen',
    before: 'Was Sie dieser Anwendung früher erlaubt haben, bleibt erlaubt.',
    'print.server': 'Server',
    'print.application': 'Anwendung',
    'print.website': 'Angegebene Webseite',
    'print.asked': 'Erbeten von {connection}',
    'print.reference': 'Kennung',
    'cookies.title': 'Ihr Browser nimmt unser Cookie nicht an',
    'cookies.lead':
      'Es bindet Ihre Antwort an diesen Browser, damit niemand sonst für Sie antworten kann. Erlauben Sie Cookies für diese Seite, gehen Sie dann zurück zu Ihrer Anwendung und verbinden Sie erneut.',
  },
)

/** The page's sentences in the language of the browser. */
export type ConsentWords = Translate<keyof (typeof messages)['en']>
