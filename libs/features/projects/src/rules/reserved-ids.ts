/** Common sub-domain names that no developer may take for a project (spec: project configuration §8.4). */
const RESERVED = `
about abuse access account accounts activate ads adserver admin admindashboard administrator administration advertise affiliate affiliates agent agents analytics android anonymous
answers apex apis apps archive archives assets atom audio auth auth-api authgear authenticate authentication authorize autoconfig autodiscover avatar avatars backend backup backups
banner banners beta billing blog blogs board book bookmark books broadcasthost browser bugs build business cache calendar campaign captcha career careers cart catalog cdn-assets
certificate certificates chat checkout client clients cloud cluster code codes commerce community compare config connect console contact contact-us contest content copyright corp
create css-assets customer customers dash dashboard data database demo deploy design dev-portal developer developers development devops direct directory discover discuss dist
docs document documentation documents domain domains download downloads edge editor email emails employees enterprise error errors event events example exchange explore export extranet
faqs favicon feed feedback feeds file files finance firewall flash forgot forum forums free ftpd games gatehouse gateway gist git- github gitlab global graph graphql group groups guest guests
guide guides hack health healthcheck hello help helpcenter helpdesk home homepage host hosting hostmaster html http httpd https identity image images imap inbox index info information
inside install internal intranet invite invoice invoices ipad iphone irc- isatap issue issues item items java javascript jenkins jira jobs join json kafka keys keyserver knowledge
labs landing lang launch ldap learn legal library license link links linux list lists live load local localdomain localhost localnet location login login-api logo logout logs
mail mail1 mail2 mailer mailer-daemon mailing mailman mails main maintenance manage management manager manifest maps marketing marketplace master media member members message messages messenger
metrics microsoft mirror mobile moderator monitor monitoring music myaccount mysql name names named nameserver network networks news newsletter nginx nobody noc- node nodes noreply no-reply
notes notification notifications oauth oauth2 object objects office official offline oidc online open openid operator order orders origin owner owners page pages panel partner partners
password passwords payment payments people phone phones photo photos plans platform plugin plugins pma- policies policy pop3 portal portals post postfix postgres postmaster posts premium presentation
press preview previews pricing primary privacy private prod product production products profile profiles program project projects promo proxy public purchase push query queue radio random
readme realm recovery redirect redis register registration registry release releases remote render report reports request research reset resolve resolver resources root router rules sale
sales saml sample samples sandbox save script scripts sdk- search secret secrets secure security seed server servers service services session sessions setting settings setup share shared shop
shopping signin signout signup site siteadmin sitemap sites smtp snapshot social software soporte source spam sql- ssl- ssladmin ssladministrator sslwebmaster staff stage staging standards start stat static
statistics stats status storage store stores stream style styles stylesheet subdomain subscribe support survey svn- swagger sync sysadmin sysadministrator syslog system systems table tablet
tags task tasks team teams tech telnet template templates temp tenant tenants terms test testing tests theme themes ticket tickets time tmp- token tokens tool tools topic topics tour traffic trace
training translate trial trust tunnel tutorial tutorials undefined unsubscribe update updates upload uploads usage user username users usenet util vendor verify version video videos
visitor vpn- wallet warehouse web- webapi webapp webhook webhooks webmail webmaster website websites whois widget widgets wiki windows work workers workshop wpad www- www1 www2 www3 xmpp yourname yoursite
`;

/** The reserved ids. */
export const reservedIds: ReadonlySet<string> = new Set(RESERVED.split(/\s+/).filter((id) => id.length >= 4));
