import { catalogue } from './catalogue'

/** Setup links: where operators make them, and the page behind one. */
export const messages = catalogue(
  {
    title: 'Setup links',
    lead: 'A setup link lets the administrator at your customer set up their connection without an account here. The link opens this one connection only.',
    none: 'No setup links yet',
    noneHint: 'Create one for the administrator of the identity provider.',
    new: 'New setup link',
    for: 'For',
    forHint: 'Who gets the link, such as “Jane, IT at Acme”. The audit log shows this name.',
    email: 'Email address (optional)',
    emailHint: 'The link is sent there, too.',
    connection: 'Connection',
    'connection.new': 'New connection, named:',
    newName: 'Name of the new connection',
    newNameHint: 'Only for a new connection. Users see it before they sign in.',
    expires: 'Expires',
    days: 'in {count} days',
    day: 'tomorrow',
    create: 'Create link',
    madeTitle: 'Copy the link now',
    madeLead:
      'This is the only time it is shown. Send it only to this person: anyone who has it can set up the connection.',
    copy: 'Copy',
    copied: 'Copied',
    done: 'I have copied it',
    created: 'Created',
    by: 'By',
    lastUsed: 'Last used',
    never: 'Never',
    state: 'Status',
    'state.open': 'Open',
    'state.expired': 'Expired',
    'state.revoked': 'Revoked',
    'state.finished': 'Completed',
    'state.connection_deleted': 'Connection deleted',
    unfilled: 'not set up yet',
    action: 'Action',
    revoke: 'Revoke',
    revokeConfirm: 'The link for “{name}” stops working immediately. What was entered with it is kept.',
    'closed.title': 'This link isn’t valid',
    'closed.lead':
      'It may have expired, been revoked, or been completed. Ask the person who sent it for a new one.',
    'setup.title': 'Connect your identity provider',
    'setup.lead':
      '{inviter} asks you to connect the identity provider of {organization}, so that your people can sign in through “{connection}”.',
    'setup.until':
      'This link is for {label} and valid until {at}. Anyone who has it can do what you see here: don’t share it.',
    'choose.title': '1. Where do your people sign in?',
    'choose.lead': 'Choose your identity provider. The next step shows what to do there.',
    'choose.other': 'Choose another provider',
    progress: 'Progress',
    'progress.done': 'done',
    'progress.choose': 'Choose a provider',
    'progress.register': 'Register there',
    'progress.enter': 'Enter the details',
    'progress.test': 'Test',
    'progress.finish': 'Hand over',
    'register.title': '2. Register Vestibule with {provider}',
    'register.provider': 'your provider',
    'register.lead': 'Keep this page open, and follow these steps in another tab.',
    'enter.title': '3. Enter the details from your provider',
    'enter.lead': 'The client secret is stored encrypted, and no one can read it afterwards.',
    save: 'Save',
    saved: 'Saved. Test it now: you sign in once and see every step.',
    'saved.test': 'To the test',
    'saved.newUsers':
      'Saved. People are now identified differently: everyone who signs in through this connection becomes a new user.',
    'test.title': '4. Test it',
    'test.lead':
      'You sign in at your provider yourself, in a new tab, just as your people would. Only a report is kept, for seven days, with what your provider says about you. The operators can see it too.',
    'test.back': 'Back to the connection',
    'finish.title': '5. Hand over',
    'finish.lead': 'Keep this note where you document your systems, then finish. The link stops working.',
    'finish.untested': 'No test has passed yet. Until one does, your people may be unable to sign in.',
    'note.tested': 'passed on {at}',
    'note.untested': 'not passed yet',
    note: `{organization}: sign-in through “{connection}”

Provider: {provider}
Client ID: {client}
Callback URL: {callback}
Test: {test}
Setup link: for {label}, sent by {inviter}

To remember
- Before the client secret expires, ask {inviter} for a new setup link, and enter the new secret there.
- Do not delete or disable this application at the provider: no one could sign in any more.
- To end a person’s access, disable their account at the provider.`,
    'note.saml': `{organization}: sign-in through “{connection}”

Provider: {provider}
ACS URL and entity ID: {callback}
Test: {test}
Setup link: for {label}, sent by {inviter}

To remember
- Before you replace the signing certificate, enter metadata that has the new one too; metadata by address is read again by itself.
- Do not delete or disable this application at the provider: no one could sign in any more.
- To end a person’s access, disable their account at the provider.`,
    'finish.submit': 'Finish',
    'finish.confirm': 'This link stops working. If something has to change later, ask for a new one.',
    'finished.title': 'Thank you',
    'finished.lead':
      'Your identity provider is connected, and this link no longer works. You can close this page.',
  },
  {
    title: 'Einrichtungslinks',
    lead: 'Mit einem Einrichtungslink richtet die Administration beim Kunden ihre Verbindung selbst ein, ohne Konto hier. Der Link öffnet nur diese eine Verbindung.',
    none: 'Noch keine Einrichtungslinks',
    noneHint: 'Erstellen Sie einen für die Administration des Identitätsanbieters.',
    new: 'Neuer Einrichtungslink',
    for: 'Für',
    forHint: 'Wer den Link bekommt, etwa „Jana, IT der Acme“. Das Prüfprotokoll zeigt diesen Namen.',
    email: 'E-Mail-Adresse (freiwillig)',
    emailHint: 'Der Link wird auch dorthin geschickt.',
    connection: 'Verbindung',
    'connection.new': 'Neue Verbindung mit dem Namen:',
    newName: 'Name der neuen Verbindung',
    newNameHint: 'Nur für eine neue. Benutzer sehen ihn vor der Anmeldung.',
    expires: 'Läuft ab',
    days: 'in {count} Tagen',
    day: 'morgen',
    create: 'Link erstellen',
    madeTitle: 'Kopieren Sie den Link jetzt',
    madeLead:
      'Er wird nur dieses eine Mal gezeigt. Senden Sie ihn nur an diese Person: Wer ihn hat, kann die Verbindung einrichten.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    done: 'Ich habe ihn kopiert',
    created: 'Erstellt',
    by: 'Von',
    lastUsed: 'Zuletzt benutzt',
    never: 'Nie',
    state: 'Status',
    'state.open': 'Offen',
    'state.expired': 'Abgelaufen',
    'state.revoked': 'Widerrufen',
    'state.finished': 'Abgeschlossen',
    'state.connection_deleted': 'Verbindung gelöscht',
    unfilled: 'noch nicht eingerichtet',
    action: 'Aktion',
    revoke: 'Widerrufen',
    revokeConfirm: 'Der Link für „{name}“ gilt ab sofort nicht mehr. Was mit ihm eingetragen wurde, bleibt.',
    'closed.title': 'Dieser Link ist nicht gültig',
    'closed.lead':
      'Er ist vielleicht abgelaufen, widerrufen oder abgeschlossen. Bitten Sie die Person, die ihn geschickt hat, um einen neuen.',
    'setup.title': 'Verbinden Sie Ihren Identitätsanbieter',
    'setup.lead':
      '{inviter} bittet Sie, den Identitätsanbieter von {organization} zu verbinden, damit sich Ihre Leute über „{connection}“ anmelden können.',
    'setup.until':
      'Dieser Link ist für {label} und gilt bis {at}. Wer ihn hat, kann tun, was Sie hier sehen: Geben Sie ihn nicht weiter.',
    'choose.title': '1. Wo melden sich Ihre Leute an?',
    'choose.lead': 'Wählen Sie Ihren Identitätsanbieter. Der nächste Schritt zeigt, was dort zu tun ist.',
    'choose.other': 'Einen anderen Anbieter wählen',
    progress: 'Fortschritt',
    'progress.done': 'erledigt',
    'progress.choose': 'Anbieter wählen',
    'progress.register': 'Dort registrieren',
    'progress.enter': 'Angaben eintragen',
    'progress.test': 'Testen',
    'progress.finish': 'Übergeben',
    'register.title': '2. Vestibule bei {provider} registrieren',
    'register.provider': 'Ihrem Anbieter',
    'register.lead': 'Lassen Sie diese Seite offen, und folgen Sie den Schritten in einem anderen Tab.',
    'enter.title': '3. Angaben Ihres Anbieters eintragen',
    'enter.lead': 'Das Client-Secret wird verschlüsselt gespeichert, und niemand kann es danach lesen.',
    save: 'Speichern',
    saved: 'Gespeichert. Testen Sie jetzt: Sie melden sich einmal an und sehen jeden Schritt.',
    'saved.test': 'Zum Test',
    'saved.newUsers':
      'Gespeichert. Benutzer werden nun anders erkannt: Wer sich über diese Verbindung anmeldet, wird ein neuer Benutzer.',
    'test.title': '4. Testen',
    'test.lead':
      'Sie melden sich selbst bei Ihrem Anbieter an, in einem neuen Tab, so wie Ihre Leute. Gespeichert wird nur für sieben Tage ein Bericht mit dem, was Ihr Anbieter über Sie sagt. Auch die Betreiber sehen ihn.',
    'test.back': 'Zurück zur Verbindung',
    'finish.title': '5. Übergeben',
    'finish.lead':
      'Bewahren Sie diese Notiz bei Ihren Unterlagen auf, und schließen Sie dann ab. Der Link gilt danach nicht mehr.',
    'finish.untested':
      'Noch ist kein Test bestanden. Bis dahin können sich Ihre Leute vielleicht nicht anmelden.',
    'note.tested': 'bestanden am {at}',
    'note.untested': 'noch nicht bestanden',
    note: `{organization}: Anmeldung über „{connection}“

Anbieter: {provider}
Client-ID: {client}
Callback-URL: {callback}
Test: {test}
Einrichtungslink: für {label}, gesendet von {inviter}

Nicht vergessen
- Bevor das Client-Secret abläuft, bitten Sie {inviter} um einen neuen Einrichtungslink, und tragen Sie dort das neue ein.
- Löschen oder sperren Sie diese Anwendung nicht beim Anbieter: Niemand könnte sich mehr anmelden.
- Um einer Person den Zugriff zu nehmen, sperren Sie ihr Konto beim Anbieter.`,
    'note.saml': `{organization}: Anmeldung über „{connection}“

Anbieter: {provider}
ACS-URL und Entity-ID: {callback}
Test: {test}
Einrichtungslink: für {label}, gesendet von {inviter}

Nicht vergessen
- Bevor Sie das Signaturzertifikat wechseln, tragen Sie Metadaten ein, die auch das neue enthalten; Metadaten mit Adresse werden von selbst neu gelesen.
- Löschen oder sperren Sie diese Anwendung nicht beim Anbieter: Niemand könnte sich mehr anmelden.
- Um einer Person den Zugriff zu nehmen, sperren Sie ihr Konto beim Anbieter.`,
    'finish.submit': 'Abschließen',
    'finish.confirm':
      'Dieser Link gilt dann nicht mehr. Soll später etwas geändert werden, bitten Sie um einen neuen.',
    'finished.title': 'Danke',
    'finished.lead':
      'Ihr Identitätsanbieter ist verbunden, und der Link gilt nicht mehr. Sie können diese Seite schließen.',
  },
)
