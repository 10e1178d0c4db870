import { Injectable } from "@nestjs/common";

/** How one page is shown. */
export interface ExplorerPage {
  /** By it the page's script runs. */
  nonce: string;
  /** Behind the portal, whose proxy adds the token: the page does not ask for headers. */
  proxied: boolean;
}

/** GraphiQL, to try queries of the Admin API (spec: admin API §1.1). The page brings its script and styles with it and loads nothing from elsewhere. */
@Injectable()
export class Explorer {
  async render({ nonce, proxied }: ExplorerPage): Promise<string> {
    // Its size is for those who look at the page only.
    const { default: page } = await import("../../../explorer/main.mjs?browser-bundle");
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>GraphiQL - Admin API</title>
<link rel="icon" href="data:,"><style>html,body,#graphiql{height:100%;margin:0}${page.style}</style></head>
<body data-proxied="${proxied}"><div id="graphiql"></div><script nonce="${nonce}">${inline(page.script)}</script></body></html>
`;
  }
}

/** A script as it may stand in a page: nothing in its strings ends or opens an element or a comment. */
const inline = (script: string): string => script.replaceAll(/<(?=!--|\/?script)/gi, "\\x3C");
