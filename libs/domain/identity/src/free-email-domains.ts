/** Domains at which anybody gets a mailbox for nothing (`block_free_email_provider_domains`); a project adds or exempts some in `free_email_provider_domain_list.txt`. */
export const FREE_EMAIL_DOMAINS: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com
  outlook.com outlook.at outlook.be outlook.cl outlook.co.id outlook.co.th outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr outlook.com.tr outlook.com.vn outlook.cz outlook.de outlook.dk
  outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp outlook.kr outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk
  hotmail.com hotmail.be hotmail.ca hotmail.ch hotmail.co.id hotmail.co.il hotmail.co.jp hotmail.co.kr hotmail.co.nz hotmail.co.th hotmail.co.uk hotmail.co.za hotmail.com.ar hotmail.com.au
  hotmail.com.br hotmail.com.hk hotmail.com.mx hotmail.com.tr hotmail.com.tw hotmail.com.vn hotmail.cz hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.nl
  hotmail.no hotmail.ph hotmail.rs hotmail.se hotmail.sg
  live.com live.at live.be live.ca live.cl live.cn live.co.kr live.co.uk live.co.za live.com.ar live.com.au live.com.mx live.com.my live.com.ph live.com.pt live.com.sg live.de live.dk live.fi live.fr
  live.hk live.ie live.in live.it live.jp live.nl live.no live.ru live.se msn.com passport.com windowslive.com
  yahoo.com yahoo.at yahoo.be yahoo.ca yahoo.ch yahoo.cl yahoo.cn yahoo.co.id yahoo.co.il yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar yahoo.com.au
  yahoo.com.br yahoo.com.cn yahoo.com.co yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.es
  yahoo.fi yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.ru yahoo.se ymail.com rocketmail.com myyahoo.com kimo.com
  aol.com aol.co.uk aol.de aol.fr aol.it aol.jp aim.com love.com netscape.net verizon.net wow.com games.com
  icloud.com me.com mac.com
  proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me mailfence.com disroot.org riseup.net startmail.com hushmail.com hushmail.me hush.com
  hush.ai mailbox.org posteo.de posteo.net posteo.org runbox.com fastmail.com fastmail.fm fastmail.net sent.com zoho.com zohomail.com zohomail.eu zohomail.in hey.com duck.com skiff.com
  gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.us gmx.co.uk gmx.eu gmx.fr gmx.es gmx.org web.de freenet.de t-online.de arcor.de online.de email.de
  mail.com email.com usa.com post.com europe.com asia.com consultant.com engineer.com dr.com techie.com iname.com myself.com writeme.com cheerful.com london.com
  yandex.com yandex.ru yandex.by yandex.kz yandex.ua ya.ru narod.ru mail.ru bk.ru inbox.ru list.ru internet.ru rambler.ru lenta.ru autorambler.ru ro.ru ukr.net i.ua meta.ua bigmir.net tut.by
  qq.com vip.qq.com foxmail.com 163.com 126.com 139.com 188.com 189.cn yeah.net vip.163.com vip.126.com sina.com sina.cn vip.sina.com sohu.com tom.com 21cn.com aliyun.com wo.cn
  naver.com hanmail.net daum.net kakao.com nate.com empas.com
  docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp excite.co.jp goo.jp nifty.com
  rediffmail.com rediff.com indiatimes.com sify.com in.com
  uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com zipmail.com.br oi.com.br r7.com
  libero.it virgilio.it tiscali.it alice.it tin.it inwind.it iol.it email.it
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr voila.fr caramail.com numericable.fr bbox.fr
  terra.es telefonica.net ono.com terra.com latinmail.com starmedia.com sapo.pt iol.pt clix.pt
  btinternet.com btopenworld.com ntlworld.com talktalk.net tiscali.co.uk sky.com virginmedia.com blueyonder.co.uk lineone.net
  wp.pl o2.pl tlen.pl onet.pl op.pl onet.eu poczta.onet.pl interia.pl interia.eu poczta.fm gazeta.pl vp.pl
  seznam.cz email.cz post.cz centrum.cz atlas.cz volny.cz azet.sk zoznam.sk centrum.sk freemail.hu citromail.hu indamail.hu abv.bg mail.bg dir.bg
  walla.com walla.co.il netvision.net.il maktoob.com mynet.com ttmail.com
  bluewin.ch telenet.be skynet.be ziggo.nl planet.nl hetnet.nl home.nl xs4all.nl kpnmail.nl online.no spray.se comhem.se telia.com
  comcast.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com netzero.net optonline.net frontiernet.net windstream.net centurylink.net
  rogers.com shaw.ca sympatico.ca bell.net videotron.ca telus.net bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz
  lycos.com excite.com inbox.com inbox.lv inbox.lt inbox.eu one.lt one.lv lavabit.com myspace.com rocketmail.in mail2world.com bigfoot.com hotpop.com gawab.com care2.com`.split(
    /\s+/,
  ),
);
