import { catalogue, type Translate } from './catalogue'

/** Pages outside the page framework: what stops a sign-in, and the way back to the application. */
export const messages = catalogue(
  {
    reference: 'Give this reference to your administrator:',
    leads: 'This leads to',
    'asked_impossible.title': 'The application made an invalid request',
    'asked_impossible.message':
      'The sign-in can’t continue. You can return to the application, which will be told why.',
    'asked_impossible.remedy': 'Return only if you recognize the address below.',
    'asked_impossible.return': 'Return to {client}',
    'asked_impossible.returnUnnamed': 'Return to the application',
    'unknown_client.title': 'This application isn’t registered',
    'unknown_client.message':
      'The application that sent you is not registered with this server, or no longer.',
    'unknown_client.remedy':
      'In the application, remove this connection and add it again, so that it registers anew.',
    'client_document_unreachable.title': 'This application can’t be verified right now',
    'client_document_unreachable.message':
      'It is identified by a document that its vendor publishes, and that document could not be fetched. Nothing is wrong with your account.',
    'client_document_unreachable.remedy':
      'Try again in a minute. If that doesn’t help, contact the vendor of the application.',
    'client_document_invalid.title': 'This application can’t be verified',
    'client_document_invalid.message':
      'It is identified by a document that its vendor publishes, and that document is invalid.',
    'client_document_invalid.remedy':
      'Contact the vendor of the application; the line below says what is wrong.',
    'client_not_allowed.title': 'This application isn’t allowed',
    'client_not_allowed.message': 'The operator of this server has chosen which applications can use it.',
    'client_not_allowed.remedy': 'Ask your administrator to allow it.',
    'client_waiting.title': 'Waiting for your administrator',
    'client_waiting.message':
      'An administrator of this server has to allow this application first. They can see that it is waiting.',
    'client_waiting.remedy':
      'Ask your administrator if you need it soon. Once it is allowed, connect again from the application.',
    'client_blocked.title': 'This application is blocked',
    'client_blocked.message': 'The operator of this server has blocked the application that sent you.',
    'client_blocked.remedy': 'Ask your administrator if you need it. Connecting again doesn’t help.',
    'link_over.title': 'This sign-in link has expired',
    'link_over.message':
      'It was already used, waited too long, or was made for another application. Nothing was connected.',
    'link_over.remedy': 'Go back to your application and connect again.',
    'link_invalid.title': 'This sign-in link isn’t valid',
    'link_invalid.message':
      'What the application sent doesn’t match its registration, so you won’t be sent anywhere.',
    'link_invalid.remedy':
      'In the application, remove this connection and add it again, so that it registers anew.',
    'callback_refused.title': 'This sign-in can’t be completed here',
    'callback_refused.message':
      'It was started in another browser, was already completed, or took too long. Nothing was connected.',
    'callback_refused.remedy':
      'Go back to your application and connect again. If someone sent you a link, don’t use it.',
    'request_over.title': 'This request has ended',
    'request_over.message': 'It was already answered, or waited too long for an answer.',
    'request_over.remedy': 'Go back to your application and connect again.',
    'answer_forged.title': 'Your answer couldn’t be verified',
    'answer_forged.message':
      'It did not come from the page that was shown in this browser. Nothing was allowed.',
    'answer_forged.remedy': 'Allow cookies, then go back to your application and connect again.',
    'not_found.title': 'Page not found',
    'not_found.message': 'No server has this address.',
    'not_found.remedy': 'Check the address.',
    'too_many.title': 'Too many sign-ins at once',
    'too_many.message':
      'More sign-ins were started from your network, or by this application, than this server allows.',
    'too_many.remedy': 'Wait a moment, then go back to your application and connect again.',
    'bad_request.title': 'This request isn’t valid',
    'bad_request.message': 'Your application or browser sent an invalid request.',
    'bad_request.remedy': 'Go back to your application and connect again.',
    'unavailable.title': 'Signing in isn’t possible right now',
    'unavailable.message': 'Something this server needs doesn’t respond. Nothing of yours is lost.',
    'unavailable.remedy': 'Try again in a minute.',
    'internal.title': 'Something went wrong on our side',
    'internal.message': 'The sign-in could not continue.',
    'internal.remedy': 'Go back to your application and connect again.',
    'test_foreign.title': 'You can’t test this connection',
    'test_foreign.message': 'The request did not come from the console, or your role doesn’t allow it.',
    'test_foreign.remedy': 'Open the connection in the console, and start the test there.',
    'test_foreign_link.title': 'You can’t test this connection',
    'test_foreign_link.message': 'The request did not come from the page of the setup link.',
    'test_foreign_link.remedy': 'Open the setup link, and start the test there.',
    lost: 'This address doesn’t exist, or what was here has been removed.',
    lostRemedy:
      'If an application sent you here, go back to it and start again. If that doesn’t help, tell your administrator which application it was.',
    'posted.title': 'Back to the application',
    'posted.lead': 'You will be redirected automatically. If not, click the button.',
    'posted.continue': 'Continue',
    'failed_refused.title': 'You don’t have access',
    'failed_refused.message':
      'The identity provider or the operator of this server did not allow this sign-in.',
    'failed_refused.remedy':
      'If you need access, ask your administrator. Connecting again without that will not help.',
    'failed_refused.contact': 'If you need access, ask: {contact}',
    'failed_later.title': 'Signing in didn’t work just now',
    'failed_later.message':
      'Something that it needs, here or at the identity provider, did not answer. Nothing is wrong with your account.',
    'failed_later.remedy': 'Go back to the application and connect again in a few minutes.',
    'failed_ours.title': 'Signing in didn’t work',
    'failed_ours.message':
      'This server and the identity provider did not understand each other. You did nothing wrong, and your account is all right.',
    'failed_ours.remedy':
      'Connect again once. If this page comes back, give the reference to your administrator: it leads to the cause.',
    'failed_asks.title': 'The identity provider wants to ask you something',
    'failed_asks.message': 'It can’t sign you in without asking you, and the application did not allow that.',
    'failed_asks.remedy': 'Go back to the application and connect again.',
  },
  {
    reference: 'Geben Sie Ihrem Administrator diese Referenz:',
    leads: 'Führt zu',
    'asked_impossible.title': 'Die Anwendung hat eine ungültige Anfrage gestellt',
    'asked_impossible.message':
      'Die Anmeldung kann nicht fortgesetzt werden. Sie können zur Anwendung zurückkehren; sie erfährt den Grund.',
    'asked_impossible.remedy': 'Kehren Sie nur zurück, wenn Sie die Adresse unten kennen.',
    'asked_impossible.return': 'Zurück zu {client}',
    'asked_impossible.returnUnnamed': 'Zurück zur Anwendung',
    'unknown_client.title': 'Diese Anwendung ist nicht registriert',
    'unknown_client.message':
      'Die Anwendung, die Sie hierher geschickt hat, ist bei diesem Server nicht oder nicht mehr registriert.',
    'unknown_client.remedy':
      'Entfernen Sie diese Verbindung in der Anwendung, und fügen Sie sie wieder hinzu, damit sie sich neu registriert.',
    'client_document_unreachable.title': 'Diese Anwendung lässt sich gerade nicht prüfen',
    'client_document_unreachable.message':
      'Sie weist sich mit einem Dokument aus, das ihr Hersteller veröffentlicht, und dieses Dokument war nicht abzurufen. An Ihrem Konto liegt es nicht.',
    'client_document_unreachable.remedy':
      'Versuchen Sie es in einer Minute erneut. Hilft das nicht, wenden Sie sich an den Hersteller der Anwendung.',
    'client_document_invalid.title': 'Diese Anwendung lässt sich nicht prüfen',
    'client_document_invalid.message':
      'Sie weist sich mit einem Dokument aus, das ihr Hersteller veröffentlicht, und dieses Dokument ist ungültig.',
    'client_document_invalid.remedy':
      'Wenden Sie sich an den Hersteller der Anwendung; die Zeile unten sagt, was falsch ist.',
    'client_not_allowed.title': 'Diese Anwendung ist nicht zugelassen',
    'client_not_allowed.message':
      'Der Betreiber dieses Servers hat festgelegt, welche Anwendungen ihn verwenden können.',
    'client_not_allowed.remedy': 'Bitten Sie Ihren Administrator, sie zuzulassen.',
    'client_waiting.title': 'Warten auf Ihren Administrator',
    'client_waiting.message':
      'Ein Administrator dieses Servers muss diese Anwendung zuerst zulassen. Er sieht, dass sie wartet.',
    'client_waiting.remedy':
      'Fragen Sie Ihren Administrator, wenn Sie sie bald brauchen. Sobald sie zugelassen ist, verbinden Sie sich in der Anwendung erneut.',
    'client_blocked.title': 'Diese Anwendung ist gesperrt',
    'client_blocked.message':
      'Der Betreiber dieses Servers hat die Anwendung gesperrt, die Sie hierher geschickt hat.',
    'client_blocked.remedy':
      'Fragen Sie Ihren Administrator, wenn Sie sie brauchen. Erneut verbinden hilft nicht.',
    'link_over.title': 'Dieser Anmeldelink ist abgelaufen',
    'link_over.message':
      'Er wurde bereits benutzt, hat zu lange gewartet oder gehört zu einer anderen Anwendung. Nichts wurde verbunden.',
    'link_over.remedy': 'Gehen Sie zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
    'link_invalid.title': 'Dieser Anmeldelink ist nicht gültig',
    'link_invalid.message':
      'Was die Anwendung gesendet hat, passt nicht zu ihrer Registrierung; Sie werden deshalb nicht weitergeleitet.',
    'link_invalid.remedy':
      'Entfernen Sie diese Verbindung in der Anwendung, und fügen Sie sie wieder hinzu, damit sie sich neu registriert.',
    'callback_refused.title': 'Diese Anmeldung lässt sich hier nicht abschließen',
    'callback_refused.message':
      'Sie wurde in einem anderen Browser begonnen, bereits abgeschlossen oder hat zu lange gedauert. Nichts wurde verbunden.',
    'callback_refused.remedy':
      'Gehen Sie zurück zu Ihrer Anwendung, und verbinden Sie sie erneut. Hat Ihnen jemand einen Link geschickt, verwenden Sie ihn nicht.',
    'request_over.title': 'Diese Anfrage ist beendet',
    'request_over.message': 'Sie wurde bereits beantwortet oder hat zu lange auf eine Antwort gewartet.',
    'request_over.remedy': 'Gehen Sie zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
    'answer_forged.title': 'Ihre Antwort ließ sich nicht prüfen',
    'answer_forged.message':
      'Sie kam nicht von der Seite, die in diesem Browser gezeigt wurde. Nichts wurde erlaubt.',
    'answer_forged.remedy':
      'Erlauben Sie Cookies, gehen Sie dann zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
    'not_found.title': 'Seite nicht gefunden',
    'not_found.message': 'Unter dieser Adresse gibt es keinen Server.',
    'not_found.remedy': 'Prüfen Sie die Adresse.',
    'too_many.title': 'Zu viele Anmeldungen auf einmal',
    'too_many.message':
      'Aus Ihrem Netz oder von dieser Anwendung wurden mehr Anmeldungen begonnen, als dieser Server zulässt.',
    'too_many.remedy':
      'Warten Sie einen Moment, gehen Sie dann zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
    'bad_request.title': 'Diese Anfrage ist nicht gültig',
    'bad_request.message': 'Ihre Anwendung oder Ihr Browser hat eine ungültige Anfrage gesendet.',
    'bad_request.remedy': 'Gehen Sie zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
    'unavailable.title': 'Die Anmeldung ist gerade nicht möglich',
    'unavailable.message':
      'Etwas, das dieser Server braucht, antwortet nicht. Von Ihnen ist nichts verloren.',
    'unavailable.remedy': 'Versuchen Sie es in einer Minute erneut.',
    'internal.title': 'Bei uns ist etwas schiefgegangen',
    'internal.message': 'Die Anmeldung konnte nicht fortgesetzt werden.',
    'internal.remedy': 'Gehen Sie zurück zu Ihrer Anwendung, und verbinden Sie sie erneut.',
    'test_foreign.title': 'Sie können diese Verbindung nicht testen',
    'test_foreign.message': 'Die Anfrage kam nicht aus der Konsole, oder Ihre Rolle erlaubt es nicht.',
    'test_foreign.remedy': 'Öffnen Sie die Verbindung in der Konsole, und starten Sie den Test dort.',
    'test_foreign_link.title': 'Sie können diese Verbindung nicht testen',
    'test_foreign_link.message': 'Die Anfrage kam nicht von der Seite des Einrichtungslinks.',
    'test_foreign_link.remedy': 'Öffnen Sie den Einrichtungslink, und starten Sie den Test dort.',
    lost: 'Diese Adresse gibt es nicht, oder was hier war, wurde entfernt.',
    lostRemedy:
      'Hat eine Anwendung Sie hierher geschickt, gehen Sie zu ihr zurück, und beginnen Sie von vorn. Hilft das nicht, nennen Sie Ihrem Administrator die Anwendung.',
    'posted.title': 'Zurück zur Anwendung',
    'posted.lead': 'Sie werden automatisch weitergeleitet. Falls nicht, klicken Sie auf die Schaltfläche.',
    'posted.continue': 'Weiter',
    'failed_refused.title': 'Sie haben keinen Zugang',
    'failed_refused.message':
      'Der Identitätsanbieter oder der Betreiber dieses Servers hat diese Anmeldung nicht erlaubt.',
    'failed_refused.remedy':
      'Wenn Sie Zugang brauchen, fragen Sie Ihren Administrator. Sich nur noch einmal zu verbinden, hilft nicht.',
    'failed_refused.contact': 'Wenn Sie Zugang brauchen, fragen Sie: {contact}',
    'failed_later.title': 'Die Anmeldung ist gerade fehlgeschlagen',
    'failed_later.message':
      'Etwas, das sie hier oder beim Identitätsanbieter braucht, hat nicht geantwortet. Mit Ihrem Konto ist alles in Ordnung.',
    'failed_later.remedy': 'Gehen Sie zurück zur Anwendung und verbinden Sie sie in ein paar Minuten erneut.',
    'failed_ours.title': 'Die Anmeldung ist fehlgeschlagen',
    'failed_ours.message':
      'Dieser Server und der Identitätsanbieter haben sich nicht verstanden. Sie haben nichts falsch gemacht, und mit Ihrem Konto ist alles in Ordnung.',
    'failed_ours.remedy':
      'Verbinden Sie die Anwendung noch einmal. Kommt diese Seite wieder, geben Sie die Referenz Ihrem Administrator: Sie führt zur Ursache.',
    'failed_asks.title': 'Der Identitätsanbieter will Sie etwas fragen',
    'failed_asks.message': 'Ohne eine Frage kann er Sie nicht anmelden, und die Anwendung hat keine erlaubt.',
    'failed_asks.remedy': 'Gehen Sie zurück zur Anwendung und verbinden Sie sie erneut.',
  },
)

type Key = keyof (typeof messages)['en']

/** What an error page is about. */
export type ErrorPageCode = CodeOf<Key>
type CodeOf<K> = K extends `${infer Code}.remedy` ? Code : never

export type ErrorPageWords = Translate<Key>
