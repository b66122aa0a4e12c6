/**
 * What to click at each identity provider, a line for a step. What stands between stars is written so there, and
 * `{callback}` is where the callback URL goes. docs/providers has the same with what is peculiar to each.
 */

export const CLICKS_EN = {
  'where.okta': `In the *Okta Admin Console*, open *Applications* → *Applications* → *Create App Integration*.
Choose *OIDC - OpenID Connect* and *Web Application*, then *Next*.
Under *Grant type*, tick *Refresh Token* as well as *Authorization Code*.
Under *Sign-in redirect URIs*, replace what is there with: {callback}
Under *Assignments*, choose the people and groups who may sign in. Then *Save*.
The *General* tab now shows *Client ID* and *Client Secret*. You also need your Okta domain, from the address bar.`,
  'where.entra': `In the *Microsoft Entra admin center*, open *App registrations* → *New registration*.
Give it a name, and choose *Accounts in this organizational directory only*.
Under *Redirect URI*, choose the platform “*Web*” and enter: {callback}
Press *Register*. *Overview* now shows *Application (client) ID* and *Directory (tenant) ID*.
Under *Certificates & secrets* → *New client secret*, create one and copy its *Value*, not its *Secret ID*. It is shown only once. Note when it expires.
To let only some people in, open *Enterprise applications* → the application → *Properties* and set *Assignment required?* to *Yes*.`,
  'where.auth0': `In the *Auth0 Dashboard*, open *Applications* → *Applications* → *Create Application*.
Choose *Regular Web Applications*, then *Create*.
On the *Settings* tab, under *Allowed Callback URLs*, enter: {callback}
Under *Advanced Settings* → *Grant Types*, tick *Refresh Token*. Then *Save Changes*.
The top of *Settings* shows *Domain*, *Client ID* and *Client Secret*.`,
  'where.google': `In the *Google Cloud console*, open *Google Auth Platform* → *Clients* → *Create client*.
As the application type, choose *Web application*.
Under *Authorized redirect URIs*, enter: {callback}
Press *Create*, and copy *Client ID* and *Client secret*.
Under *Audience*, choose *Internal* to let only your Workspace in. With *External*, publish the app: in *Testing*, people have to sign in again every seven days.`,
  'where.keycloak': `In the Keycloak admin console, choose the realm your people are in, then *Clients* → *Create client*.
Keep *OpenID Connect*, and choose a *Client ID* such as vestibule. Then *Next*.
Turn on *Client authentication*, and keep *Standard flow*. Then *Next*.
Under *Valid redirect URIs*, enter the address without a wildcard: {callback}
Press *Save*. The *Credentials* tab shows the *Client Secret*.`,
  'where.cognito': `In the AWS console, open *Amazon Cognito* → *User pools* → your pool → *App clients* → *Create app client*.
Choose *Traditional web application*, which has a client secret.
Under *Login pages* → *Edit*, enter as an allowed callback URL: {callback}
There, choose *Authorization code grant* and the scopes *OpenID*, *Email* and *Profile*. Then *Save changes*.
If the pool has no domain yet, create one under *Branding* → *Domain*.
*App clients* shows *Client ID* and *Client secret*; *Overview* shows the *User pool ID*.`,
  'where.github': `On GitHub, open the *Settings* of your organization → *Developer settings* → *OAuth Apps* → *New OAuth App*.
As the *Homepage URL*, enter the website of your application.
Under *Authorization callback URL*, enter: {callback}
Press *Register application*, then *Generate a new client secret*, and copy *Client ID* and the secret.
Any GitHub account can sign in here. Ask the operator to allow only certain users.`,
  'where.gitlab': `In GitLab, open your group → *Settings* → *Applications* → *Add new application*.
Under *Redirect URI*, enter: {callback}
Keep *Confidential* ticked, and tick the scopes *openid*, *profile* and *email*.
Press *Save application*, and copy *Application ID* and *Secret*.
On gitlab.com, any account can sign in here. Ask the operator to allow only your group.`,
  'where.ping': `In PingOne, open *Applications* → *Applications*, press + and choose *OIDC Web App*. In PingFederate, open *Applications* → *OAuth* → *Clients*.
On *Configuration*, choose the grant types *Authorization Code* and *Refresh Token*.
Under *Redirect URIs*, enter: {callback}
On *Resources*, add the scopes *email* and *profile*. Then turn the application on.
*Overview* shows *Client ID*, *Client Secret* and *Issuer ID*.`,
  'where.b2c': `In the Azure portal, open *Azure AD B2C* → *App registrations* → *New registration*.
Under *Redirect URI*, choose *Web* and enter: {callback}
Under *Certificates & secrets*, create a client secret and copy its *Value*.
Under *API permissions*, grant *openid* and *offline_access* with admin consent.
In your user flow → *Properties* → *Token compatibility settings*, choose the *Issuer (iss) claim* with */tfp/*. Enter that issuer below, with the slash at its end.`,
  'where.oidc': `At your provider, register a web application: a confidential client with the authorization code flow.
As its redirect URI (also called callback URL or reply URL), enter: {callback}
Allow refresh tokens, so that people stay connected.
Allow the people and groups who may sign in.
Copy the client ID and the client secret, and find out the issuer.`,
  'where.oauth2': `At your provider, register a confidential client with the authorization code grant.
As its redirect URI (also called callback URL), enter: {callback}
Copy the client ID and the client secret, and look up the addresses of its endpoints.`,
  'where.saml': `At your provider, make an application with SAML 2.0.
As its assertion consumer service (ACS) URL and as its entity ID (audience), enter: {callback}
Have it sign assertions with SHA-256, unencrypted, and send a NameID that stays the same.
Add attributes for email, name and groups. Then copy the address of its metadata.`,
} as const

export const CLICKS_DE: Readonly<Record<keyof typeof CLICKS_EN, string>> = {
  'where.okta': `Öffnen Sie in der *Okta Admin Console* den Punkt *Applications* → *Applications* → *Create App Integration*.
Wählen Sie *OIDC - OpenID Connect* und *Web Application*, dann *Next*.
Kreuzen Sie unter *Grant type* neben *Authorization Code* auch *Refresh Token* an.
Ersetzen Sie unter *Sign-in redirect URIs*, was dort steht, durch: {callback}
Wählen Sie unter *Assignments*, welche Personen und Gruppen sich anmelden dürfen. Dann *Save*.
Der Reiter *General* zeigt nun *Client ID* und *Client Secret*. Außerdem brauchen Sie Ihre Okta-Domain, aus der Adresszeile.`,
  'where.entra': `Öffnen Sie im *Microsoft Entra Admin Center* den Punkt *App-Registrierungen* → *Neue Registrierung*.
Geben Sie einen Namen ein, und wählen Sie *Nur Konten in diesem Organisationsverzeichnis*.
Wählen Sie unter *Umleitungs-URI* die Plattform „*Web*“, und geben Sie ein: {callback}
Klicken Sie auf *Registrieren*. Die *Übersicht* zeigt nun *Anwendungs-ID (Client)* und *Verzeichnis-ID (Mandant)*.
Erstellen Sie unter *Zertifikate & Geheimnisse* → *Neuer geheimer Clientschlüssel* ein Geheimnis, und kopieren Sie seinen *Wert*, nicht die *Geheime ID*. Er wird nur einmal gezeigt. Notieren Sie, wann er abläuft.
Sollen sich nur bestimmte Personen anmelden, setzen Sie unter *Unternehmensanwendungen* → die Anwendung → *Eigenschaften* den Schalter *Zuweisung erforderlich?* auf *Ja*.`,
  'where.auth0': `Öffnen Sie im *Auth0 Dashboard* den Punkt *Applications* → *Applications* → *Create Application*.
Wählen Sie *Regular Web Applications*, dann *Create*.
Geben Sie auf dem Reiter *Settings* unter *Allowed Callback URLs* ein: {callback}
Kreuzen Sie unter *Advanced Settings* → *Grant Types* *Refresh Token* an. Dann *Save Changes*.
Oben unter *Settings* stehen *Domain*, *Client ID* und *Client Secret*.`,
  'where.google': `Öffnen Sie in der *Google Cloud Console* den Punkt *Google Auth Platform* → *Clients* → *Client erstellen*.
Wählen Sie als Anwendungstyp *Webanwendung*.
Geben Sie unter *Autorisierte Weiterleitungs-URIs* ein: {callback}
Klicken Sie auf *Erstellen*, und kopieren Sie *Client-ID* und *Clientschlüssel*.
Wählen Sie unter *Zielgruppe* *Intern*, damit sich nur Ihr Workspace anmelden kann. Bei *Extern* veröffentlichen Sie die App: Im Zustand *Test* müssen sich alle nach sieben Tagen neu anmelden.`,
  'where.keycloak': `Wählen Sie in der Keycloak-Administration den Realm, in dem Ihre Leute sind, dann *Clients* → *Create client*.
Behalten Sie *OpenID Connect*, und wählen Sie eine *Client ID* wie vestibule. Dann *Next*.
Schalten Sie *Client authentication* ein, und behalten Sie *Standard flow*. Dann *Next*.
Geben Sie unter *Valid redirect URIs* die Adresse ohne Platzhalter ein: {callback}
Klicken Sie auf *Save*. Der Reiter *Credentials* zeigt das *Client Secret*.`,
  'where.cognito': `Öffnen Sie in der AWS-Konsole den Dienst *Amazon Cognito* → *User pools* → Ihr Pool → *App clients* → *Create app client*.
Wählen Sie *Traditional web application*: Sie bekommt ein Client-Secret.
Geben Sie unter *Login pages* → *Edit* als erlaubte Callback-URL ein: {callback}
Wählen Sie dort *Authorization code grant* und die Scopes *OpenID*, *Email* und *Profile*. Dann *Save changes*.
Hat der Pool noch keine Domain, legen Sie unter *Branding* → *Domain* eine an.
*App clients* zeigt *Client ID* und *Client secret*, *Overview* die *User pool ID*.`,
  'where.github': `Öffnen Sie auf GitHub die *Settings* Ihrer Organisation → *Developer settings* → *OAuth Apps* → *New OAuth App*.
Geben Sie als *Homepage URL* die Website Ihrer Anwendung ein.
Geben Sie unter *Authorization callback URL* ein: {callback}
Klicken Sie auf *Register application*, dann auf *Generate a new client secret*, und kopieren Sie *Client ID* und Secret.
Jedes GitHub-Konto kann sich hier anmelden. Bitten Sie die Betreiber, nur bestimmte Benutzer zuzulassen.`,
  'where.gitlab': `Öffnen Sie in GitLab Ihre Gruppe → *Settings* → *Applications* → *Add new application*.
Geben Sie unter *Redirect URI* ein: {callback}
Lassen Sie *Confidential* angekreuzt, und kreuzen Sie die Scopes *openid*, *profile* und *email* an.
Klicken Sie auf *Save application*, und kopieren Sie *Application ID* und *Secret*.
Auf gitlab.com kann sich jedes Konto hier anmelden. Bitten Sie die Betreiber, nur Ihre Gruppe zuzulassen.`,
  'where.ping': `Öffnen Sie in PingOne den Punkt *Applications* → *Applications*, klicken Sie auf +, und wählen Sie *OIDC Web App*. In PingFederate: *Applications* → *OAuth* → *Clients*.
Wählen Sie unter *Configuration* die Grant Types *Authorization Code* und *Refresh Token*.
Geben Sie unter *Redirect URIs* ein: {callback}
Fügen Sie unter *Resources* die Scopes *email* und *profile* hinzu. Schalten Sie dann die Anwendung ein.
*Overview* zeigt *Client ID*, *Client Secret* und *Issuer ID*.`,
  'where.b2c': `Öffnen Sie im Azure-Portal den Dienst *Azure AD B2C* → *App-Registrierungen* → *Neue Registrierung*.
Wählen Sie unter *Umleitungs-URI* *Web*, und geben Sie ein: {callback}
Erstellen Sie unter *Zertifikate & Geheimnisse* ein Geheimnis, und kopieren Sie seinen *Wert*.
Erteilen Sie unter *API-Berechtigungen* *openid* und *offline_access* mit Administratorzustimmung.
Wählen Sie in Ihrem Benutzerflow → *Eigenschaften* → *Tokenkompatibilitätseinstellungen* den *Anspruch des Ausstellers (iss)* mit */tfp/*. Geben Sie diesen Issuer unten ein, mit dem Schrägstrich am Ende.`,
  'where.oidc': `Registrieren Sie bei Ihrem Anbieter eine Webanwendung: einen vertraulichen Client mit dem Authorization Code Flow.
Geben Sie als Redirect-URI (auch Callback-URL oder Antwort-URL genannt) ein: {callback}
Erlauben Sie Refresh-Tokens, damit alle verbunden bleiben.
Erlauben Sie den Personen und Gruppen die Anmeldung, die sie brauchen.
Kopieren Sie Client-ID und Client-Secret, und stellen Sie den Issuer fest.`,
  'where.oauth2': `Registrieren Sie bei Ihrem Anbieter einen vertraulichen Client mit dem Authorization Code Grant.
Geben Sie als Redirect-URI (auch Callback-URL genannt) ein: {callback}
Kopieren Sie Client-ID und Client-Secret, und suchen Sie die Adressen seiner Endpunkte heraus.`,
  'where.saml': `Legen Sie bei Ihrem Anbieter eine Anwendung mit SAML 2.0 an.
Geben Sie als Assertion Consumer Service (ACS) und als Entity-ID (Audience) ein: {callback}
Lassen Sie Assertions mit SHA-256 signieren, unverschlüsselt, mit einer NameID, die gleich bleibt.
Fügen Sie Attribute für E-Mail, Name und Gruppen hinzu. Kopieren Sie dann die Adresse der Metadaten.`,
}
