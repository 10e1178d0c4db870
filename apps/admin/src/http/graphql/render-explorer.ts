const SAMPLE = `{
  users(first: 10) {
    totalCount
    edges { node { id endUserAccountID createdAt } }
  }
}`;

const STYLE = `body{margin:0;font:15px system-ui,sans-serif;color:#1c2430;background:#f5f6f8}header{padding:14px 20px;background:#fff;border-bottom:1px solid #d8dce3;display:flex;gap:16px;align-items:center}
h1{font-size:16px;margin:0;flex:1}main{display:grid;grid-template-columns:1fr 1fr;gap:16px;padding:16px 20px;height:calc(100vh - 100px)}section{display:flex;flex-direction:column;gap:6px;min-height:0}
textarea,pre,input{font:13px ui-monospace,monospace;border:1px solid #c6ccd6;border-radius:6px;background:#fff;padding:10px;margin:0;box-sizing:border-box}textarea,pre{flex:1;resize:none;overflow:auto}#variables{flex:0 0 90px}
button{font:inherit;padding:8px 18px;border:0;border-radius:6px;background:#2456c5;color:#fff;cursor:pointer}@media(max-width:700px){main{grid-template-columns:1fr;height:auto}textarea,pre{min-height:220px}}`;

const SCRIPT = `const at = (id) => document.getElementById(id);
at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const headers = { "content-type": "application/json" };
  if (at("token").value) headers.authorization = "Bearer " + at("token").value;
  at("result").textContent = "...";
  try {
    const answer = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify({ query: at("query").value, variables: at("variables").value || undefined }) });
    const text = await answer.text();
    try { at("result").textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { at("result").textContent = answer.status + " " + text; }
  } catch (error) { at("result").textContent = String(error); }
});`;

/** The page for trying queries; it loads nothing from elsewhere, and its script runs by `nonce`. */
export function renderExplorer(nonce: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>GraphiQL - Admin API</title><style>${STYLE}</style></head>
<body><form id="form"><header><h1>Admin API</h1><label>Token <input id="token" type="password" autocomplete="off" size="24"></label><button>Run</button></header>
<main><section><label for="query">Query</label><textarea id="query" spellcheck="false">${SAMPLE}</textarea><label for="variables">Variables (JSON)</label><textarea id="variables" spellcheck="false"></textarea></section>
<section><label>Result</label><pre id="result" aria-live="polite"></pre></section></main></form>
<script nonce="${nonce}">${SCRIPT}</script></body></html>
`;
}
