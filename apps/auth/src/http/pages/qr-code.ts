import { encode } from "uqr";
import { html, type Markup } from "./html.js";

/** A QR code (ISO/IEC 18004) as inline SVG with a quiet zone, dark on light in every colour scheme. `label` is what a screen reader says. */
export function qrCode(text: string, label: string): Markup {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const runs = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="${runs.join("")}" fill="#000"/></svg>`;
}
