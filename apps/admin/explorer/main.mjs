import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const QUERY = `{
  users(first: 10) {
    totalCount
    edges { node { id endUserAccountID createdAt } }
  }
}`;

/** Behind the portal the proxy knows the key of the project; elsewhere the token is typed into the headers. */
const proxied = document.body.dataset.proxied === "true";

/** Sends an operation to where the page came from. An answer that is no JSON, such as `Forbidden`, is shown as it is. */
async function ask(operation, { headers } = {}) {
  const answer = await fetch(location.pathname, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(operation) });
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `${answer.status} ${text.trim()}` }] };
  }
}

const options = proxied ? { isHeadersEditorEnabled: false } : { defaultHeaders: '{ "Authorization": "Bearer " }', defaultEditorToolsVisibility: "headers" };
createRoot(document.getElementById("graphiql")).render(createElement(GraphiQL, { fetcher: ask, defaultQuery: QUERY, ...options }));
