import { createHash } from "node:crypto";
import { passwordScript } from "./password-script.js";
import { phoneScript } from "./phone-script.js";

/** Passkeys, and what spares people a click. */
const handier = `"use strict";
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

  for (const form of document.querySelectorAll("form[data-after]")) {
    const first = document.getElementById(form.dataset.after);
    if (!first) continue;
    form.hidden = true;
    first.addEventListener("click", () => (form.hidden = false));
  }

  const clock = (seconds) => String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");

  for (const overlay of document.querySelectorAll(".overlay")) {
    const close = () => {
      overlay.remove();
      const field = document.querySelector("[autofocus]");
      if (field) field.focus();
    };
    const shown = overlay.querySelector("[data-left-ms]");
    const end = Date.now() + Number(shown.dataset.leftMs);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      shown.textContent = clock(Math.max(0, left));
      if (!overlay.isConnected) return;
      if (left <= 0) return close();
      setTimeout(tick, 250);
    };
    shown.hidden = false;
    tick();
    overlay.addEventListener("click", (event) => {
      if (event.target !== overlay && !event.target.closest("a")) return;
      event.preventDefault();
      close();
    });
    overlay.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return close();
      if (event.key !== "Tab") return;
      const links = [...overlay.querySelectorAll("a")];
      const last = event.shiftKey ? links[0] : links.at(-1);
      if (document.activeElement !== last && document.activeElement !== overlay) return;
      event.preventDefault();
      (event.shiftKey ? links.at(-1) : links[0]).focus();
    });
    overlay.focus();
  }

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
      button.textContent = left > 0 ? label + " (" + clock(left) + ")" : label;
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

/** The one script of the hosted pages. Every form but those of passkeys works without it. */
export const pageScript = handier + passwordScript + phoneScript;

/** Where the script is served; the hash in the name lets browsers keep it for ever. */
export const pageScriptPath = `/static/pages.${createHash("md5").update(pageScript).digest("hex")}.js`;
