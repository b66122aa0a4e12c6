import { catalogue } from './catalogue'

/** What an end user has connected. */
export const messages = catalogue(
  {
    title: 'Connected applications',
    lead: 'Signed in as {name} via {connection}.',
    client: '{client} uses {server}',
    may: 'It can:',
    mayNothing: 'No specific permissions.',
    since: 'Connected since',
    lastUse: 'Last active',
    details: 'Details',
    disconnect: 'Disconnect',
    everywhere: 'Sign out everywhere',
    everywhereLead:
      'All your applications are disconnected, and you’re signed out here in every browser. To use one again, connect it and sign in.',
    nothing: 'No applications are connected.',
    ended:
      'Disconnected. The application has to ask you again. Access it already has may keep working for a few minutes.',
    unknown: 'You’re not signed in',
    unknownLead:
      'This page shows what you connected in this browser in the last 12 hours. To see it, connect an application again: after you sign in, this page recognizes you.',
    footer: 'Only visible in this browser.',
  },
  {
    title: 'Verbundene Anwendungen',
    lead: 'Angemeldet als {name} über {connection}.',
    client: '{client} verwendet {server}',
    may: 'Darf:',
    mayNothing: 'Keine bestimmten Berechtigungen.',
    since: 'Verbunden seit',
    lastUse: 'Zuletzt aktiv',
    details: 'Einzelheiten',
    disconnect: 'Trennen',
    everywhere: 'Überall abmelden',
    everywhereLead:
      'Alle Ihre Anwendungen werden getrennt, und Sie werden hier in jedem Browser abgemeldet. Um eine wieder zu verwenden, verbinden Sie sie und melden Sie sich an.',
    nothing: 'Es sind keine Anwendungen verbunden.',
    ended:
      'Getrennt. Die Anwendung muss Sie erneut fragen. Bereits erteilter Zugriff kann noch einige Minuten funktionieren.',
    unknown: 'Sie sind nicht angemeldet',
    unknownLead:
      'Diese Seite zeigt, was Sie in diesem Browser in den letzten 12 Stunden verbunden haben. Verbinden Sie dazu eine Anwendung erneut: Nach der Anmeldung erkennt Sie diese Seite.',
    footer: 'Nur in diesem Browser sichtbar.',
  },
)
