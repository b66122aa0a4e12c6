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
    linkedLead: 'You are also known as {name}. Linked:',
    unlink: 'Unlink',
    unlinkLead: 'What you connected with that sign-in ends, and you’re signed out here in every browser.',
    link: 'Link another sign-in',
    linkLead:
      'If applications also know you through another sign-in, you can link the two: then both are you, with the same access. You sign in at both, first at {connection}, then at the other.',
    linkWith: 'Link {connection}',
    question: 'Is this also you?',
    questionLead:
      'You just signed in as {name}, and at {connection} as {other}. If you link them, whoever signs in as {other} gets what {name} has here. Applications that {other} connected are disconnected.',
    questionYes: 'Yes, link them',
    questionNo: 'No',
    linked: 'Linked. Both sign-ins are now you.',
    unlinked: 'Unlinked. Access that applications already have may keep working for a few minutes.',
    linkFailed: 'Nothing was linked: you have to sign in at both, in this browser, within ten minutes.',
    linkTaken:
      'Nothing was linked: that sign-in belongs to someone else, or has sign-ins linked to it itself.',
    linkSame: 'Nothing was linked: that sign-in is already yours.',
    linkKeptOut: 'Nothing was linked: that sign-in is not allowed here. Ask your administrator.',
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
    details: 'Details',
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
    linkedLead: 'Sie sind auch als {name} bekannt. Verknüpft:',
    unlink: 'Verknüpfung lösen',
    unlinkLead:
      'Was Sie mit jener Anmeldung verbunden haben, endet, und Sie werden hier in jedem Browser abgemeldet.',
    link: 'Weitere Anmeldung verknüpfen',
    linkLead:
      'Wenn Anwendungen Sie auch über eine andere Anmeldung kennen, können Sie beide verknüpfen: Dann sind beide Sie, mit demselben Zugriff. Sie melden sich bei beiden an, zuerst bei {connection}, dann bei der anderen.',
    linkWith: 'Mit {connection} verknüpfen',
    question: 'Sind das auch Sie?',
    questionLead:
      'Sie haben sich eben als {name} angemeldet und bei {connection} als {other}. Wenn Sie beide verknüpfen, bekommt, wer sich als {other} anmeldet, was {name} hier hat. Anwendungen, die {other} verbunden hat, werden getrennt.',
    questionYes: 'Ja, verknüpfen',
    questionNo: 'Nein',
    linked: 'Verknüpft. Beide Anmeldungen sind jetzt Sie.',
    unlinked: 'Gelöst. Bereits erteilter Zugriff kann noch einige Minuten funktionieren.',
    linkFailed:
      'Es wurde nichts verknüpft: Sie müssen sich bei beiden anmelden, in diesem Browser, innerhalb von zehn Minuten.',
    linkTaken:
      'Es wurde nichts verknüpft: Jene Anmeldung gehört jemand anderem, oder mit ihr sind selbst Anmeldungen verknüpft.',
    linkSame: 'Es wurde nichts verknüpft: Jene Anmeldung ist schon Ihre.',
    linkKeptOut:
      'Es wurde nichts verknüpft: Jene Anmeldung ist hier nicht zugelassen. Fragen Sie Ihre Administratoren.',
    footer: 'Nur in diesem Browser sichtbar.',
  },
)
