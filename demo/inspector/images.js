// Figures that a program drew. An image is shown only when it is PNG data; nothing is ever loaded from an address.

import { h } from "./dom.js";

const MOST_CHARACTERS = 8_000_000;
const PNG = /^iVBORw0KGgo[A-Za-z0-9+/]+={0,2}$/;

/** The images of a result that are what they should be: base64 of PNG files, of a size that a page can bear. */
export function pictures(images) {
  if (!Array.isArray(images)) return [];
  return images.filter((data) => typeof data === "string" && data.length <= MOST_CHARACTERS && PNG.test(data));
}

/** The figures, or nothing. */
export function imagesView(images) {
  const shown = pictures(images);
  if (!shown.length) return null;
  return h("div.af-figures", {}, shown.map((data, at) =>
    h("img.af-figure", { src: `data:image/png;base64,${data}`, alt: `Figure ${at + 1} that the program drew`, loading: "lazy" })));
}
