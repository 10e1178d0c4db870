/** User names nobody may take unless `identity.login_id.types.username.block_reserved_usernames` is off: names of roles, addresses and machines that people trust. */
export const RESERVED_USERNAMES: ReadonlySet<string> = new Set(
  `about abuse access account accounts admin administrator administrators admins anonymous api app apps auth authentication authorize autoconfig autodiscover backup billing blog bot broadcasthost
  cdn certificate client clients config contact dashboard data db default demo dev developer developers dns docs domain download email enterprise error errors example faq feedback files forum ftp
  group groups guest help helpdesk home host hostmaster hosting html http https id identity image images imap index info inbox internal intranet ip isatap it json legal localdomain localhost login
  logout mail mailer mailer-daemon marketing master me media messages metrics mod moderator mysql name network news newsletter nobody noc noreply no-reply null oauth oauth2 official openid operator
  org owner password payment pop pop3 portal postgres postmaster press privacy private profile project public redis register reset robot root sales search secure security self server service services session
  settings setup shop signin signout signup site smtp sql ssh ssl ssladmin ssladministrator sslwebmaster staff stage staging static stats status store subdomain super superadmin superuser support sys
  sysadmin sysadministrator system team terms test testing tls token trust undefined update upload url usenet user username users uucp verify virus web webadmin webmail webmaster website wpad www www-data xmpp`.split(
    /\s+/,
  ),
);
