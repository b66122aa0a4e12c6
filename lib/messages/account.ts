import { catalogue } from './catalogue'

/** What an end user has connected. */
export const messages = catalogue(
  {
    title: 'What you have connected',
    lead: 'You are {name}, by {connection}.',
    client: '{client} uses {server}',
    may: 'It may:',
    mayNothing: 'Nothing that this server has a name for.',
    since: 'Connected since',
    lastUse: 'Last token',
    lastNetwork: 'From the network',
    disconnect: 'Disconnect',
    nothing: 'Nothing is connected.',
    ended:
      'Disconnected. The application has to ask you again. What it was given last may still work for some minutes.',
    unknown: 'We do not know who you are',
    unknownLead:
      'This page shows what you have connected in this browser in the last 12 hours. To see it, connect an application once more: you log in, and this page knows you then.',
    footer: 'Only this browser sees this page. Times are in UTC.',
  },
  {
    title: 'Was Sie verbunden haben',
    lead: 'Sie sind {name}, laut {connection}.',
    client: '{client} verwendet {server}',
    may: 'Darf:',
    mayNothing: 'Nichts, wofür dieser Server einen Namen hat.',
    since: 'Verbunden seit',
    lastUse: 'Letztes Token',
    lastNetwork: 'Aus dem Netz',
    disconnect: 'Trennen',
    nothing: 'Nichts ist verbunden.',
    ended:
      'Getrennt. Die Anwendung muss Sie wieder fragen. Was sie zuletzt bekam, kann noch einige Minuten gelten.',
    unknown: 'Wir wissen nicht, wer Sie sind',
    unknownLead:
      'Diese Seite zeigt, was Sie in diesem Browser in den letzten 12 Stunden verbunden haben. Verbinden Sie dazu eine Anwendung noch einmal: Sie melden sich an, und danach kennt Sie diese Seite.',
    footer: 'Nur dieser Browser sieht diese Seite. Zeiten in UTC.',
  },
)
