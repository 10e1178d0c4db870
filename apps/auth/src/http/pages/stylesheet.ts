import { createHash } from "node:crypto";

/** The one style sheet of the hosted pages: light and dark, from 320 px up. */
export const stylesheet = `
:root { color-scheme: light dark; --bg: #f4f6f9; --card: #fff; --text: #17202c; --muted: #5a6675; --line: #ccd4de; --edge: #7d8998; --brand: #176df3; --link: #176df3; --brand-strong: #1151b8; --on-brand: #fff; --bad: #b42318; --bad-bg: #fef3f2; --good: #067647; --radius: .75rem; }
@media (prefers-color-scheme: dark) { :root { --bg: #111418; --card: #1c2026; --text: #eef1f5; --muted: #a4afbd; --line: #3b4450; --edge: #74808f; --link: #6aa3ff; --brand-strong: #235dba; --bad: #ff9c92; --bad-bg: #3a1b1a; --good: #75e0a7; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center; padding: 1rem; background: var(--bg); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main > :last-child { margin-bottom: 0; }
main { width: 100%; max-width: 26rem; background: var(--card); border: 1px solid var(--line); border-radius: 1.25rem; padding: 2rem; box-shadow: 0 8px 30px rgb(0 0 0 / .07); overflow-wrap: anywhere; }
.brand { margin: 0 0 1.5rem; color: var(--muted); font-weight: 600; text-align: center; }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25; text-align: center; }
.lead { margin: -.75rem 0 1.5rem; color: var(--muted); text-align: center; }
form { display: grid; gap: 1rem; margin: 0; }
.field { display: grid; gap: .375rem; }
label { font-size: .875rem; font-weight: 600; }
input { width: 100%; min-height: 2.875rem; padding: .5rem .875rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--card); color: inherit; font: inherit; }
input[aria-invalid="true"] { border-color: var(--bad); }
.hint { margin: 0; color: var(--muted); font-size: .875rem; }
form + .hint { margin-top: 1rem; text-align: center; }
.error { margin: 0; color: var(--bad); font-size: .875rem; }
.alert { margin: 0 0 1rem; padding: .75rem 1rem; border-radius: var(--radius); background: var(--bad-bg); color: var(--bad); }
.notice { margin: 0 0 1rem; color: var(--good); text-align: center; }
button, .button { display: block; width: 100%; min-height: 2.875rem; padding: .625rem 1rem; border: 1px solid transparent; border-radius: var(--radius); background: var(--brand); color: var(--on-brand); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { background: var(--brand-strong); }
.secondary { background: transparent; border-color: var(--line); color: var(--text); }
.secondary:hover { background: var(--bg); }
:is(a, button, input, select):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
a { color: var(--link); }
ul.plain { margin: 0 0 1.5rem; padding-left: 1.25rem; }
dl { display: grid; gap: .25rem; margin: 0 0 1.5rem; }
dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0 0 .75rem; font-weight: 500; }
.settings dt { color: var(--text); font-size: 1rem; font-weight: 500; }
.settings dd { color: var(--muted); font-size: .875rem; font-weight: 400; }
.badge { display: inline-block; margin-left: .5rem; padding: .0625rem .5rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--muted); font-size: .75rem; font-weight: 400; white-space: nowrap; }
.badge.good { border-color: var(--good); color: var(--good); }
[hidden] { display: none !important; }
.more { margin-top: 1rem; }
.others { margin-top: 1.5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
.others .more { margin-top: .75rem; }
.divider { display: flex; align-items: center; gap: .75rem; margin: 1.25rem 0 .25rem; color: var(--muted); font-size: .875rem; }
.divider::before, .divider::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.check { display: flex; align-items: center; gap: .625rem; font-weight: 400; }
.check input { width: 1.125rem; min-height: 1.125rem; height: 1.125rem; flex: none; }
select { width: 100%; min-height: 2.875rem; padding: .5rem .875rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--card); color: inherit; font: inherit; }
fieldset { display: grid; gap: .75rem; margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: var(--radius); }
legend { padding: 0 .375rem; font-size: .875rem; font-weight: 600; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.qr { display: block; width: 12rem; max-width: 100%; margin: 0 auto 1rem; border-radius: var(--radius); }
.secret { margin: .5rem 0 0; padding: .875rem; border: 1px dashed var(--line); border-radius: var(--radius); text-align: center; letter-spacing: .05em; user-select: all; }
ul.codes { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .375rem 1rem; margin: 0 0 .5rem; padding: 1rem; border: 1px dashed var(--line); border-radius: var(--radius); list-style: none; text-align: center; }
ul.hint { margin: 0; }
ul.hint li[data-met="true"] { list-style: "\\2713  "; color: var(--good); }
.secret-field { position: relative; display: grid; }
.secret-field input { padding-right: 4.75rem; }
.reveal { position: absolute; top: .1875rem; right: .1875rem; width: auto; min-height: 2.5rem; padding: .25rem .75rem; border: 0; border-radius: calc(var(--radius) - .1875rem); background: transparent; color: var(--link); font-size: .875rem; }
.reveal:hover { background: var(--bg); }
.strength { display: grid; gap: .375rem; }
.strength .bars { display: grid; grid-template-columns: repeat(5, 1fr); gap: .25rem; }
.strength .bars span { height: .375rem; border-radius: .25rem; background: var(--line); }
.strength[data-reached="1"] span:nth-child(-n+1), .strength[data-reached="2"] span:nth-child(-n+2) { background: var(--bad); }
.strength[data-reached="3"] span:nth-child(-n+3) { background: var(--brand); }
.strength[data-reached="4"] span:nth-child(-n+4), .strength[data-reached="5"] span { background: var(--good); }
[data-met="true"] { color: var(--good); }
p.hint [data-met="true"]::before { content: "\\2713  "; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.phone { position: relative; display: grid; grid-template-columns: auto 1fr; gap: .5rem; }
.phone .country { width: auto; min-width: 5.5rem; padding: .5rem .75rem; border-color: var(--edge); background: var(--card); color: var(--text); font-weight: 400; white-space: nowrap; }
.phone .country:hover { background: var(--bg); }
.phone .country::after { content: " \\25be"; color: var(--muted); }
.countries { position: absolute; top: calc(100% + .25rem); left: 0; right: 0; z-index: 2; padding: .5rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--card); box-shadow: 0 8px 30px rgb(0 0 0 / .2); }
.countries ul { max-height: 14rem; margin: .5rem 0 0; padding: 0; overflow-y: auto; list-style: none; }
.countries li { padding: .5rem .75rem; border-radius: .5rem; cursor: pointer; }
.countries li.active, .countries li[role="option"]:hover { background: var(--bg); }
.countries li[aria-selected="true"] { font-weight: 600; }
.overlay { position: fixed; inset: 0; z-index: 3; display: grid; place-items: center; padding: 1rem; background: rgb(0 0 0 / .6); }
.overlay .dialog { position: relative; width: 100%; max-width: 24rem; padding: 2rem 1.5rem 1.5rem; border-radius: 1.25rem; background: var(--card); text-align: center; }
.overlay h2, .settings .overlay h2 { margin: 0 0 .5rem; color: var(--text); font-size: 1.25rem; }
.overlay p { margin: 0 0 1rem; }
.overlay .countdown { font-size: 2rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.overlay .close { position: absolute; top: .5rem; right: .5rem; width: 2.75rem; height: 2.75rem; display: grid; place-items: center; border-radius: 50%; color: var(--muted); font-size: 1.5rem; text-decoration: none; }
.challenge { min-height: 65px; overflow: hidden; }
button:disabled { opacity: .6; cursor: default; }
.code input { letter-spacing: .5em; text-align: center; font-size: 1.25rem; }
.links { margin: 1.25rem 0 0; font-size: .875rem; text-align: center; }
main.settings { max-width: 34rem; }
.settings h1, .settings .lead { text-align: left; }
.back { margin: 0 0 .5rem; font-size: .875rem; }
.back a { display: inline-flex; align-items: center; gap: .375rem; min-height: 2rem; text-decoration: none; }
.back a::before { content: "\\2190"; }
.settings h2 { margin: 1.75rem 0 .5rem; color: var(--muted); font-size: .8125rem; font-weight: 600; letter-spacing: .02em; }
.rows { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
.rows > li + li { border-top: 1px solid var(--line); }
.rows + .rows, .rows + form, .rows + .more, form + .rows, .settings form + form { margin-top: 1rem; }
.row { display: flex; align-items: center; gap: .75rem; min-height: 3.25rem; padding: .625rem .875rem; color: inherit; text-decoration: none; }
a.row:hover { background: var(--bg); }
a.row::after { content: "\\203a"; color: var(--muted); font-size: 1.25rem; line-height: 1; }
div.row { flex-wrap: wrap; }
.row-text { flex: 1 1 10rem; min-width: 0; display: grid; }
.row-name { font-weight: 500; }
.row-value { color: var(--muted); font-size: .875rem; }
.row form { flex: none; }
.row button { width: auto; min-height: 2.5rem; padding: .25rem .75rem; font-size: .875rem; }
.rows a.row:focus-visible { outline-offset: -3px; }
.danger { background: transparent; border-color: var(--line); color: var(--bad); }
.danger:hover { background: var(--bad-bg); }
.person { display: flex; align-items: center; gap: 1rem; margin: 0 0 1.25rem; }
.person p { margin: 0; font-weight: 600; }
.picture { flex: none; width: 4rem; height: 4rem; border-radius: 50%; object-fit: cover; background: var(--bg); border: 1px solid var(--line); }
.picture.large { display: block; width: 8rem; height: 8rem; margin: 0 auto 1.25rem; }
.initial { display: grid; place-items: center; color: var(--muted); font-size: 1.5rem; font-weight: 600; }
.initial.large { display: grid; font-size: 3rem; }
.picture-link { margin: -.5rem 0 1rem; }
.row-item { display: block; }
.rows .badge { margin-left: 0; }
.choice { display: flex; align-items: center; gap: .625rem; min-height: 3rem; padding: .5rem .875rem; font-weight: 400; font-size: 1rem; }
.choice input { width: 1.125rem; min-height: 1.125rem; height: 1.125rem; flex: none; }
input[type="file"] { padding: .625rem .875rem; }
@media (max-width: 28rem) { body { justify-content: flex-start; } main { padding: 1.5rem 1.25rem; } }
`;

/** Where the style sheet is served; the hash in the name lets browsers keep it for ever. */
export const stylesheetPath = `/static/pages.${createHash("md5").update(stylesheet).digest("hex")}.css`;
