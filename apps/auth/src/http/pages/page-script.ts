import { createHash } from "node:crypto";

/** The one script of the hosted pages: passkeys, and what spares people a click. Every form but those of passkeys works without it. */
export const pageScript = `"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const withIds = (list) => list && list.map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = {
    get: ({ publicKey }) => navigator.credentials.get({ publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: withIds(publicKey.allowCredentials) } }),
    create: ({ publicKey }) =>
      navigator.credentials.create({
        publicKey: {
          ...publicKey,
          challenge: bytes(publicKey.challenge),
          user: { ...publicKey.user, id: bytes(publicKey.user.id) },
          excludeCredentials: withIds(publicKey.excludeCredentials),
        },
      }),
  };

  const answerOf = ({ id, rawId, type, response }) => {
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[name]) parts[name] = text(response[name]);
    if (response.getTransports) parts.transports = response.getTransports();
    return { id, rawId: text(rawId), type, clientExtensionResults: {}, response: parts };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    const field = form.querySelector("input[name=x_assertion_response], input[name=x_attestation_response]");
    const failure = form.querySelector("[data-failure]");
    const run = async () => {
      failure.hidden = true;
      try {
        const credential = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
        field.value = JSON.stringify(answerOf(credential));
        form.submit();
      } catch {
        failure.hidden = false;
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    if (form.dataset.automatic) run();
  }

  for (const input of document.querySelectorAll("input[data-show]")) {
    const around = Object.assign(document.createElement("div"), { className: "secret-field" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "reveal", textContent: input.dataset.show });
    button.setAttribute("aria-controls", input.id);
    button.setAttribute("aria-label", input.dataset.show + ": " + (input.labels[0] ? input.labels[0].textContent : ""));
    const focused = document.activeElement === input;
    input.before(around);
    around.append(input, button);
    if (focused) input.focus();
    const turn = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? input.dataset.hide : input.dataset.show;
      button.setAttribute("aria-label", button.textContent + ": " + (input.labels[0] ? input.labels[0].textContent : ""));
    };
    button.addEventListener("click", () => {
      turn(input.type === "password");
      input.focus();
    });
    if (input.form) input.form.addEventListener("submit", () => turn(false));
  }

  const rules = document.querySelectorAll("#password-rules [data-rule]");
  const chosen = document.querySelector('input[autocomplete="new-password"]');
  if (chosen)
    chosen.addEventListener("input", () => {
      for (const rule of rules) rule.dataset.met = String(new RegExp(rule.dataset.rule, "u").test(chosen.value));
    });

  const square = async (file) => {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const from = Math.min(bitmap.width, bitmap.height);
    const side = Math.min(from, 1024);
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    canvas.getContext("2d").drawImage(bitmap, (bitmap.width - from) / 2, (bitmap.height - from) / 2, from, from, 0, 0, side, side);
    const type = file.type === "image/png" ? file.type : "image/jpeg";
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.9));
    return blob ? new File([blob], file.name, { type }) : file;
  };

  for (const input of document.querySelectorAll("input[data-picture]")) {
    input.addEventListener("change", async () => {
      const file = input.files[0];
      const shown = document.querySelector(".picture.large");
      if (!file || !shown) return;
      try {
        const cut = await square(file);
        const chosen = new DataTransfer();
        chosen.items.add(cut);
        input.files = chosen.files;
        const image = Object.assign(new Image(), { className: "picture large", alt: "", src: URL.createObjectURL(cut) });
        shown.replaceWith(image);
      } catch {
        // Whatever the browser cannot show, the server says what is wrong with it.
      }
    });
  }

  for (const button of document.querySelectorAll("button[data-wait-ms]")) {
    const label = button.textContent;
    const end = Date.now() + Number(button.dataset.waitMs);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? label + " (" + Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") + ")" : label;
      if (left > 0) setTimeout(tick, 500);
    };
    tick();
  }

  for (const form of document.querySelectorAll("form[data-state]")) {
    let done = false;
    const look = async () => {
      if (done) return;
      const response = await fetch("/api/v1/authentication_flows/states", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ state_token: form.dataset.state }),
      }).catch(() => undefined);
      if (!response || done) return;
      const { result } = await response.json().catch(() => ({}));
      if (response.status !== 404 && !(result && result.action.data && result.action.data.can_check)) return;
      done = true;
      if (response.status === 404) location.reload();
      else form.submit();
    };
    setInterval(look, 3000);
    if (!form.dataset.socket) continue;
    const socket = new WebSocket(form.dataset.socket);
    socket.addEventListener("message", look);
    socket.addEventListener("open", () => setInterval(() => socket.readyState === 1 && socket.send("alive"), 15000));
  }
})();
`;

/** Where the script is served; the hash in the name lets browsers keep it for ever. */
export const pageScriptPath = `/static/pages.${createHash("md5").update(pageScript).digest("hex")}.js`;
