import { catalogue } from '../catalogue'

/** How a connection hears from its identity provider that a user has left. */
export const messages = catalogue(
  {
    title: 'When somebody leaves',
    lead: 'Enter this at the identity provider, so that whoever is signed out or removed there loses access here within seconds.',
    copy: 'Copy',
    copied: 'Copied',
    save: 'Save',
    'logout.title': 'Back-channel logout',
    'logout.where':
      'The back-channel logout URL of the application. Where it can be chosen, have the session ID sent along.',
    'scim.title': 'Provisioning (SCIM 2.0)',
    'scim.where':
      'The base URL, with a token. Users who are deactivated, unassigned or deleted at the identity provider lose everything here, and cannot sign in until they are active again.',
    'scim.has': 'A token exists. It is shown only once, when it is created.',
    'scim.none': 'There is no token yet, so nothing is provisioned.',
    'scim.make': 'Create token',
    'scim.makeConfirm': 'Replace the token: the current one stops working at once.',
    'scim.shown': 'Copy the token now. It is not shown again.',
    'scim.remove': 'Remove token',
    'scim.removeConfirm': 'Remove the token? The identity provider can no longer say who has left.',
    'scim.match': 'A provisioned user is the one who signs in with the same',
    'scim.matchHint': 'At Entra ID, map objectId to externalId, and keep the first.',
    'scim.match.external_id': 'externalId: subject or object ID (userName where none is sent)',
    'scim.match.user_name': 'userName: subject',
    'scim.match.email': 'email, where the identity provider says that it is verified',
    'scim.groups': 'Access rules take groups from here',
    'scim.groupsHint':
      'Then “groups” in access rules is the names of the provisioned groups, and changes count at once. What tokens say of groups is not asked.',
    'scim.meant': 'Save it even if access rules then refuse everybody',
    'signals.title': 'Shared Signals (CAEP, RISC)',
    'signals.where':
      'The endpoint of a push stream. Sessions that are revoked and accounts that are disabled or purged end here.',
    'signals.issuer': 'Issuer of the transmitter',
    'signals.issuerHint': 'Exactly as its tokens name it. Empty: no signals are taken.',
    'signals.audience': 'Audience',
    'signals.audienceHint': 'What the transmitter calls this receiver: “aud” of the stream.',
    'signals.keys': 'Key set URL',
    'signals.keysHint': 'Empty: as the transmitter’s metadata says (/.well-known/ssf-configuration).',
  },
  {
    title: 'Wenn jemand geht',
    lead: 'Tragen Sie das beim Identitätsanbieter ein, damit jeder binnen Sekunden auch hier den Zugang verliert, der dort abgemeldet oder entfernt wird.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    save: 'Speichern',
    'logout.title': 'Back-Channel-Logout',
    'logout.where':
      'Die Back-Channel-Logout-URL der Anwendung. Wo es sich wählen lässt, soll die Sitzungs-ID mitgesendet werden.',
    'scim.title': 'Bereitstellung (SCIM 2.0)',
    'scim.where':
      'Die Basis-URL, mit einem Token. Wer beim Identitätsanbieter deaktiviert, nicht mehr zugewiesen oder gelöscht wird, verliert hier alles und kann sich nicht anmelden, bis er wieder aktiv ist.',
    'scim.has': 'Es gibt ein Token. Es wird nur einmal gezeigt, wenn es erstellt wird.',
    'scim.none': 'Es gibt noch kein Token, also wird nichts bereitgestellt.',
    'scim.make': 'Token erstellen',
    'scim.makeConfirm': 'Das Token ersetzen: Das jetzige gilt sofort nicht mehr.',
    'scim.shown': 'Kopieren Sie das Token jetzt. Es wird nicht noch einmal gezeigt.',
    'scim.remove': 'Token entfernen',
    'scim.removeConfirm':
      'Das Token entfernen? Der Identitätsanbieter kann dann nicht mehr sagen, wer gegangen ist.',
    'scim.match': 'Ein bereitgestellter Benutzer ist, wer sich anmeldet mit gleicher',
    'scim.matchHint': 'Bei Entra ID: objectId auf externalId abbilden und das Erste lassen.',
    'scim.match.external_id': 'externalId: Subject oder Objekt-ID (userName, wo keine gesendet wird)',
    'scim.match.user_name': 'userName: Subject',
    'scim.match.email': 'E-Mail-Adresse, wenn der Identitätsanbieter sie bestätigt hat',
    'scim.groups': 'Zugriffsregeln nehmen Gruppen von hier',
    'scim.groupsHint':
      '„groups“ in Zugriffsregeln sind dann die Namen der bereitgestellten Gruppen, und Änderungen gelten sofort. Was Tokens über Gruppen sagen, wird nicht gefragt.',
    'scim.meant': 'Auch speichern, wenn die Zugriffsregeln dann alle ablehnen',
    'signals.title': 'Shared Signals (CAEP, RISC)',
    'signals.where':
      'Der Endpunkt eines Push-Streams. Widerrufene Sitzungen sowie gesperrte und gelöschte Konten enden auch hier.',
    'signals.issuer': 'Issuer des Transmitters',
    'signals.issuerHint': 'Genau so, wie seine Tokens ihn nennen. Leer: Es werden keine Signale angenommen.',
    'signals.audience': 'Audience',
    'signals.audienceHint': 'Wie der Transmitter diesen Empfänger nennt: „aud“ des Streams.',
    'signals.keys': 'URL der Schlüssel',
    'signals.keysHint': 'Leer: wie es die Metadaten des Transmitters sagen (/.well-known/ssf-configuration).',
  },
)
