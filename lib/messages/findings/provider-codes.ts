import { catalogue, type Language, translator } from '../catalogue'
import { messages as remedies } from '../remedies'

/** What to do about codes that identity providers have of their own, after the remedy of the reason. */
const messages = catalogue(
  {
    any: 'The identity provider’s own code is {codes}: look it up in its documentation, and in its sign-in log.',
    AADSTS7000222: 'The client secret has expired: make a new one in Entra and enter it in the connection.',
    AADSTS7000215:
      'Entra does not know this client secret. Enter the value of the secret, and not its id (“Secret ID”).',
    AADSTS700016: 'This application is not in this tenant: compare client_id and the tenant in the issuer.',
    AADSTS50011: 'The callback URL is not registered: add it to the application in Entra, as type “Web”.',
    AADSTS50105: 'The user is not assigned to the application: assign them or a group of theirs in Entra.',
    AADSTS50020: 'The user is of another tenant: invite them as a guest, or let them use another account.',
    AADSTS53003: 'A Conditional Access policy blocked this sign-in: Entra’s sign-in log names it.',
    AADSTS50076: 'Entra wants a second factor of this user: they have to sign in again.',
    AADSTS65001: 'Nobody has allowed the application: an administrator grants consent for it in Entra.',
    AADSTS70043: 'A sign-in frequency policy ended the session: the user has to sign in again.',
    AADSTS90072: 'The user’s account is not in this tenant: invite them as a guest.',
    AADSTS901002: 'Entra knows no resource parameter: turn forward_resource of the connection off.',
  },
  {
    any: 'Der eigene Code des Identitätsanbieters ist {codes}: Schlagen Sie ihn in dessen Dokumentation und Anmeldeprotokoll nach.',
    AADSTS7000222:
      'Das Client-Secret ist abgelaufen: Erzeugen Sie in Entra ein neues und tragen Sie es in die Verbindung ein.',
    AADSTS7000215:
      'Entra kennt dieses Client-Secret nicht. Tragen Sie den Wert ein und nicht die „Geheime ID“.',
    AADSTS700016:
      'Diese Anwendung gibt es in diesem Mandanten nicht: Vergleichen Sie client_id und den Mandanten im Issuer.',
    AADSTS50011:
      'Die Callback-URL ist nicht eingetragen: Fügen Sie sie der Anwendung in Entra als Typ „Web“ hinzu.',
    AADSTS50105:
      'Der Benutzer ist der Anwendung nicht zugewiesen: Weisen Sie ihn oder eine seiner Gruppen in Entra zu.',
    AADSTS50020:
      'Der Benutzer gehört zu einem anderen Mandanten: Laden Sie ihn als Gast ein, oder er nimmt ein anderes Konto.',
    AADSTS53003:
      'Eine Richtlinie für bedingten Zugriff hat diese Anmeldung verhindert: Das Anmeldeprotokoll von Entra nennt sie.',
    AADSTS50076: 'Entra verlangt von diesem Benutzer einen zweiten Faktor: Er muss sich neu anmelden.',
    AADSTS65001:
      'Niemand hat der Anwendung zugestimmt: Ein Administrator erteilt in Entra die Einwilligung für sie.',
    AADSTS70043:
      'Eine Richtlinie zur Anmeldehäufigkeit hat die Sitzung beendet: Der Benutzer muss sich neu anmelden.',
    AADSTS90072: 'Das Konto des Benutzers ist nicht in diesem Mandanten: Laden Sie ihn als Gast ein.',
    AADSTS901002: 'Entra kennt keinen Parameter resource: Schalten Sie forward_resource der Verbindung aus.',
  },
)

type Known = keyof (typeof messages)['en']

/** What an operator can do about a line of a timeline: by its reason, and by the provider's own codes. */
export function remedyFor(
  { reason, codes = [] }: { readonly reason: keyof typeof remedies.en; readonly codes?: readonly string[] },
  language: Language,
): string {
  const t = translator(messages, language)
  const known = codes.filter((code): code is Known => code !== 'any' && Object.hasOwn(messages.en, code))
  const further =
    codes.length > 0 ? [t('any', { codes: codes.join(', ') }), ...known.map((code) => t(code))] : []
  return [remedies[language][reason], ...further].join(' ')
}
