import { catalogue } from '../catalogue'

/** How a connection hears from its identity provider that a user has left. */
export const messages = catalogue(
  {
    title: 'When somebody leaves',
    lead: 'Enter this at the identity provider, so that whoever is signed out or removed there loses access here within seconds.',
    copy: 'Copy',
    copied: 'Copied',
    'logout.title': 'Back-channel logout',
    'logout.where':
      'The back-channel logout URL of the application. Where it can be chosen, have the session ID sent along.',
  },
  {
    title: 'Wenn jemand geht',
    lead: 'Tragen Sie das beim Identitätsanbieter ein, damit jeder binnen Sekunden auch hier den Zugang verliert, der dort abgemeldet oder entfernt wird.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    'logout.title': 'Back-Channel-Logout',
    'logout.where':
      'Die Back-Channel-Logout-URL der Anwendung. Wo es sich wählen lässt, soll die Sitzungs-ID mitgesendet werden.',
  },
)
