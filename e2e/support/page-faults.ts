/** What is wrong with a page for somebody who cannot see it, or sees it on a small screen. A script for the page. */
export const FAULTS = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const start = ({ outerHTML }) => outerHTML.slice(0, 80);
  const describedBy = (element) => (element.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
  const root = document.documentElement;
  const fields = all("input:not([type=hidden]), select, textarea").filter(seen);
  const buttons = all("button, a").filter(seen);
  const heading = document.querySelector("h1")?.textContent || "";
  const alert = all("[role=alert]").find(seen);
  const faults = [];
  if (!root.lang) faults.push("no language");
  if (all("h1").length !== 1 || heading === "") faults.push("not one heading");
  if (!document.title.startsWith(heading)) faults.push("title " + document.title);
  if (root.scrollWidth > root.clientWidth) faults.push("wider than the screen: " + root.scrollWidth);
  if (fields.length > 0 && !fields.includes(document.activeElement)) faults.push("nothing has the focus");
  if (alert && fields.length > 0 && !fields.some((field) => describedBy(field).includes(alert.id))) faults.push("the alert is of no field");
  for (const one of all("body *").filter(seen)) if (one.getBoundingClientRect().right > root.clientWidth + 1) faults.push("sticks out: " + start(one));
  for (const field of fields) if (!field.labels?.length) faults.push("no label: " + field.name);
  for (const id of all("[aria-describedby]").flatMap(describedBy)) if (!document.getElementById(id)) faults.push("described by nothing: " + id);
  for (const one of buttons) if (!one.textContent.trim() || (one.matches("button, .button") && one.getBoundingClientRect().height < 40)) faults.push("no button: " + start(one));
  return faults;
})()`;
