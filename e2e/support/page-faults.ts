/** What is wrong with a page for somebody who cannot see it, or sees it on a small screen. A script for the page. */
export const FAULTS = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const start = ({ outerHTML }) => outerHTML.slice(0, 80);
  const describedBy = (element) => (element.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
  const root = document.documentElement;
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
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
  for (const one of all("main, main *").filter((one) => seen(one) && says(one) && !one.closest(":disabled, noscript"))) {
    const found = contrast(rgb(getComputedStyle(one).color), behind(one));
    if (found < 4.5) faults.push("hard to read: " + found.toFixed(2) + " " + start(one));
  }
  for (const one of fields.filter((one) => !one.matches("[type=checkbox], [type=radio]"))) {
    const found = contrast(rgb(getComputedStyle(one).borderTopColor), behind(one.parentElement));
    if (found < 3) faults.push("no visible border: " + found.toFixed(2) + " " + start(one));
  }
  for (const id of all("[aria-describedby]").flatMap(describedBy)) if (!document.getElementById(id)) faults.push("described by nothing: " + id);
  for (const one of buttons) if (!one.textContent.trim() || (one.matches("button, .button") && one.getBoundingClientRect().height < 40)) faults.push("no button: " + start(one));
  return faults;
})()`;
