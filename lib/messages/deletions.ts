import { catalogue } from './catalogue'

/** Deleting servers and connections. */
export const messages = catalogue(
  {
    'server.link': 'Delete server',
    'server.title': 'Delete {name}?',
    'server.lead': 'Its authorization server is removed immediately and cannot be restored.',
    'server.what': 'What is deleted',
    'server.grants': 'Grants that end',
    'server.people': 'Users affected',
    'server.clients': 'Registered clients',
    'server.tokens':
      'Every token of this server is rejected as soon as it is deleted. A signed access token that a resource server verifies by itself may still be accepted there until it expires.',
    'server.slug': 'The short name “{slug}” can never be used again, because clients remember it.',
    'server.stays': 'The audit log and the history of sign-ins are kept.',
    'server.submit': 'Delete server permanently',
    'connection.link': 'Delete connection',
    'connection.title': 'Delete {name}?',
    'connection.lead': 'Its settings and its secret are removed immediately and cannot be restored.',
    'connection.what': 'What is deleted',
    'connection.used': 'This connection is in use',
    'connection.usedText': 'Move these servers to another connection, or delete them first:',
    'connection.gone':
      'Its setup links stop working. Its test reports and the accounts of its users are deleted. The callback URL is never used again.',
    'connection.stays': 'The audit log is kept.',
    'connection.submit': 'Delete connection permanently',
    confirm: 'Short name',
    confirmHint: 'Type “{slug}” to confirm.',
  },
  {
    'server.link': 'Server löschen',
    'server.title': '{name} löschen?',
    'server.lead': 'Der Autorisierungsserver wird sofort entfernt und lässt sich nicht wiederherstellen.',
    'server.what': 'Was gelöscht wird',
    'server.grants': 'Freigaben, die enden',
    'server.people': 'Betroffene Benutzer',
    'server.clients': 'Registrierte Clients',
    'server.tokens':
      'Ab dem Löschen wird jedes Token dieses Servers abgewiesen. Ein signiertes Zugriffstoken, das ein Ressourcenserver selbst prüft, kann dort noch gelten, bis es abläuft.',
    'server.slug': 'Der Kurzname „{slug}“ kann nie wieder verwendet werden, weil Clients ihn sich merken.',
    'server.stays': 'Das Prüfprotokoll und der Verlauf der Anmeldungen bleiben erhalten.',
    'server.submit': 'Server endgültig löschen',
    'connection.link': 'Verbindung löschen',
    'connection.title': '{name} löschen?',
    'connection.lead':
      'Einstellungen und Client-Secret werden sofort entfernt und lassen sich nicht wiederherstellen.',
    'connection.what': 'Was gelöscht wird',
    'connection.used': 'Diese Verbindung wird verwendet',
    'connection.usedText':
      'Stellen Sie diese Server auf eine andere Verbindung um, oder löschen Sie sie zuerst:',
    'connection.gone':
      'Einrichtungslinks zu dieser Verbindung gelten nicht mehr. Testberichte und die Konten ihrer Benutzer werden gelöscht. Die Callback-URL wird nie wieder verwendet.',
    'connection.stays': 'Das Prüfprotokoll bleibt erhalten.',
    'connection.submit': 'Verbindung endgültig löschen',
    confirm: 'Kurzname',
    confirmHint: 'Geben Sie zur Bestätigung „{slug}“ ein.',
  },
)
