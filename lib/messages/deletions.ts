import { catalogue } from './catalogue'

/** Deleting servers and connections. */
export const messages = catalogue(
  {
    'server.link': 'Delete this server',
    'server.title': 'Delete {name}?',
    'server.lead': 'Its login server is gone at once, and cannot be brought back.',
    'server.grants': 'Grants that end',
    'server.people': 'People who have connected a client',
    'server.clients': 'Clients that are registered',
    'server.tokens':
      'Every token of this server is refused from now on. A signed access token that a resource server verifies by itself may be taken there until it expires.',
    'server.slug':
      'The short name “{slug}” can never be used again: clients out there remember what was behind it.',
    'server.stays': 'The audit log and the record of past logins stay.',
    'server.submit': 'Delete this server for good',
    'connection.link': 'Delete this connection',
    'connection.title': 'Delete {name}?',
    'connection.lead': 'Its settings and its secret are gone at once, and cannot be brought back.',
    'connection.used': 'Servers still use it',
    'connection.usedText': 'Put them behind another connection, or delete them first:',
    'connection.gone':
      'Its setup links stop working, reports of its tests go, and so do accounts that people have at it. The callback URL is never used again.',
    'connection.stays': 'The audit log stays.',
    'connection.submit': 'Delete this connection for good',
    confirm: 'Short name, to confirm',
    confirmHint: 'Type {slug}.',
  },
  {
    'server.link': 'Diesen Server löschen',
    'server.title': '{name} löschen?',
    'server.lead': 'Sein Anmeldeserver ist sofort weg und lässt sich nicht zurückholen.',
    'server.grants': 'Zugriffe, die enden',
    'server.people': 'Personen, die einen Client verbunden haben',
    'server.clients': 'Registrierte Clients',
    'server.tokens':
      'Jedes Token dieses Servers wird ab sofort abgewiesen. Ein signiertes Zugriffstoken, das ein Ressourcenserver selbst prüft, kann dort noch gelten, bis es abläuft.',
    'server.slug':
      'Der Kurzname „{slug}“ lässt sich nie wieder verwenden: Clients draußen erinnern sich, was dahinter war.',
    'server.stays': 'Das Prüfprotokoll und die Aufzeichnung früherer Anmeldungen bleiben.',
    'server.submit': 'Diesen Server endgültig löschen',
    'connection.link': 'Diese Verbindung löschen',
    'connection.title': '{name} löschen?',
    'connection.lead': 'Ihre Einstellungen und ihr Secret sind sofort weg und lassen sich nicht zurückholen.',
    'connection.used': 'Server benutzen sie noch',
    'connection.usedText': 'Legen Sie sie hinter eine andere Verbindung oder löschen Sie sie zuerst:',
    'connection.gone':
      'Ihre Einrichtungslinks gelten nicht mehr, Testberichte verschwinden, ebenso Konten, die Personen bei ihr haben. Die Callback-URL wird nie wieder verwendet.',
    'connection.stays': 'Das Prüfprotokoll bleibt.',
    'connection.submit': 'Diese Verbindung endgültig löschen',
    confirm: 'Kurzname, zur Bestätigung',
    confirmHint: 'Tippen Sie {slug}.',
  },
)
