import { catalogue } from '../catalogue'

/** Mails: of each kind its subject, what it says, and the words of its link. */
export const messages = catalogue(
  {
    'invitation.subject': 'Invitation to {organization}',
    'invitation.text': 'You have been invited to manage {organization} in Vestibule.',
    'invitation.button': 'Accept the invitation',
    'operator_invitation.subject': 'Invitation to run Vestibule',
    'operator_invitation.text': 'You have been invited to run this installation of Vestibule.',
    'operator_invitation.button': 'Accept the invitation',
    'operator_recovery.subject': 'Recover your account',
    'operator_recovery.text':
      'An operator has created a recovery link for your account. It replaces your password, passkeys and second factor.',
    'operator_recovery.button': 'Recover the account',
    'setup_link.subject': 'Set up sign-in for {organization}',
    'setup_link.text':
      '{organization} asks you to set up the connection “{connection}” to your identity provider. You need no account; whoever has the link can do it.',
    'setup_link.button': 'Set up the connection',
    'password.subject': 'Choose a password for {organization}',
    'password.text': 'An account at {organization} is ready for you. Choose its password to sign in.',
    'password.button': 'Choose a password',
    'password_reset.subject': 'Choose a new password for {organization}',
    'password_reset.text':
      'Choose a new password for your account at {organization}. Until then the old one is valid.',
    'password_reset.button': 'Choose a new password',
    'alert_connection.subject': 'Nobody can sign in through {connection}',
    'alert_connection.text':
      'In the last 24 hours, sign-ins through the connection “{connection}” of {organization} failed, and none has succeeded since. The page of the sign-ins says why, and what to do.',
    'alert_connection.button': 'Show the sign-ins',
    'alert_certificate.subject': 'The certificate of {connection} ends on {date}',
    'alert_certificate.text':
      'The certificate of the identity provider of the connection “{connection}” of {organization} ends on {date}. After that nobody can sign in through it, unless the provider renews it.',
    'alert_certificate.button': 'Show the connection',
    'alert_secret.subject': 'The client secret of {connection} ends on {date}',
    'alert_secret.text':
      'The client secret of the connection “{connection}” of {organization} ends on {date}. After that nobody can sign in through it: make a new secret at the identity provider, and enter it with the day on which it ends.',
    'alert_secret.button': 'Show the connection',
    'alert_key.subject': 'The API key {key} ends on {date}',
    'alert_key.text':
      'The API key “{key}” of {organization} ends on {date}. Programs that use it are refused after that.',
    'alert_key.button': 'Show the API keys',
    'alert_webhook.subject': 'Deliveries to a webhook were given up',
    'alert_webhook.text':
      'Entries of the audit log of {organization} could not be delivered to the webhook at {host}, and are not tried again by themselves.',
    'alert_webhook.button': 'Show the deliveries',
    'alert_client.subject': 'An application waits for you: {client}',
    'alert_client.text':
      'An application that calls itself “{client}” ({host}) wants to use {server} of {organization} for one of its users, and waits until an administrator allows or blocks it. The name proves nothing. {waiting} wait in all.',
    'alert_client.button': 'Show the applications that wait',
    until: 'The link is valid until {date} (UTC).',
    copy: 'If the button does not work, open this address:',
    unexpected: 'If you did not expect this mail, ignore it. Nobody has access to anything because of it.',
    sender: 'Sent by Vestibule at {origin}.',
  },
  {
    'invitation.subject': 'Einladung zu {organization}',
    'invitation.text': 'Sie wurden eingeladen, {organization} in Vestibule zu verwalten.',
    'invitation.button': 'Einladung annehmen',
    'operator_invitation.subject': 'Einladung, Vestibule zu betreiben',
    'operator_invitation.text': 'Sie wurden eingeladen, diese Installation von Vestibule zu betreiben.',
    'operator_invitation.button': 'Einladung annehmen',
    'operator_recovery.subject': 'Ihr Konto wiederherstellen',
    'operator_recovery.text':
      'Ein Betreiber hat einen Link zur Wiederherstellung Ihres Kontos erstellt. Er ersetzt Passwort, Passkeys und zweiten Faktor.',
    'operator_recovery.button': 'Konto wiederherstellen',
    'setup_link.subject': 'Anmeldung bei {organization} einrichten',
    'setup_link.text':
      '{organization} bittet Sie, die Verbindung „{connection}“ zu Ihrem Identitätsanbieter einzurichten. Sie brauchen kein Konto; wer den Link hat, kann es tun.',
    'setup_link.button': 'Verbindung einrichten',
    'password.subject': 'Wählen Sie ein Passwort für {organization}',
    'password.text':
      'Für Sie gibt es ein Konto bei {organization}. Wählen Sie das Passwort, mit dem Sie sich anmelden.',
    'password.button': 'Passwort wählen',
    'password_reset.subject': 'Wählen Sie ein neues Passwort für {organization}',
    'password_reset.text':
      'Wählen Sie ein neues Passwort für Ihr Konto bei {organization}. Bis dahin gilt das alte.',
    'password_reset.button': 'Neues Passwort wählen',
    'alert_connection.subject': 'Über {connection} kann sich niemand anmelden',
    'alert_connection.text':
      'In den letzten 24 Stunden sind Anmeldungen über die Verbindung „{connection}“ von {organization} fehlgeschlagen, und seitdem ist keine gelungen. Die Seite der Anmeldungen sagt, warum, und was zu tun ist.',
    'alert_connection.button': 'Anmeldungen zeigen',
    'alert_certificate.subject': 'Das Zertifikat von {connection} endet am {date}',
    'alert_certificate.text':
      'Das Zertifikat des Identitätsanbieters der Verbindung „{connection}“ von {organization} endet am {date}. Danach kann sich niemand mehr darüber anmelden, wenn der Anbieter es nicht erneuert.',
    'alert_certificate.button': 'Verbindung zeigen',
    'alert_secret.subject': 'Das Client-Secret von {connection} endet am {date}',
    'alert_secret.text':
      'Das Client-Secret der Verbindung „{connection}“ von {organization} endet am {date}. Danach kann sich niemand mehr darüber anmelden: Erstellen Sie beim Identitätsanbieter ein neues und tragen Sie es mit seinem Ablaufdatum ein.',
    'alert_secret.button': 'Verbindung zeigen',
    'alert_key.subject': 'Der API-Schlüssel {key} endet am {date}',
    'alert_key.text':
      'Der API-Schlüssel „{key}“ von {organization} endet am {date}. Programme, die ihn verwenden, werden danach abgewiesen.',
    'alert_key.button': 'API-Schlüssel zeigen',
    'alert_webhook.subject': 'Zustellungen an einen Webhook wurden aufgegeben',
    'alert_webhook.text':
      'Einträge des Prüfprotokolls von {organization} konnten dem Webhook bei {host} nicht zugestellt werden und werden nicht von selbst noch einmal versucht.',
    'alert_webhook.button': 'Zustellungen zeigen',
    'alert_client.subject': 'Eine Anwendung wartet auf Sie: {client}',
    'alert_client.text':
      'Eine Anwendung, die sich „{client}“ nennt ({host}), will {server} von {organization} für einen Benutzer verwenden und wartet, bis ein Administrator sie zulässt oder sperrt. Der Name beweist nichts. Insgesamt warten {waiting}.',
    'alert_client.button': 'Wartende Anwendungen zeigen',
    until: 'Der Link gilt bis {date} (UTC).',
    copy: 'Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
    unexpected:
      'Wenn Sie diese Mail nicht erwartet haben, ignorieren Sie sie. Niemand hat durch sie Zugang zu etwas.',
    sender: 'Gesendet von Vestibule auf {origin}.',
  },
)
