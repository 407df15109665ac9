// Files that a program made: each by its name and size, with a download of what came back of it. They are data: a
// download is a Blob of this page, never opened by it, and nothing is loaded from an address.

import { h, icon, visible } from "./dom.js";
import { language, t } from "./words.js";

const MOST = 20;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The files of a result that are what they should be; `content` is base64, or null where it was left out. */
export function madeFiles(files) {
  if (!Array.isArray(files)) return [];
  const named = files.filter((file) => typeof file?.name === "string" && Number.isSafeInteger(file.size) && file.size >= 0);
  return named.slice(0, MOST).map(({ name, size, content }) =>
    ({ name, size, content: typeof content === "string" && BASE64.test(content) ? content : null }));
}

/** The list, or nothing. */
export function filesView(files) {
  const shown = madeFiles(files);
  if (!shown.length) return null;
  return h("ul.af-files", { "aria-label": t("Files that the program made") }, shown.map((file) => h("li", {}, fileView(file))));
}

function fileView({ name, size, content }) {
  const label = t("{name}, {n} bytes", { name: visible(name), n: size.toLocaleString(language()) });
  if (content === null) return h("span.af-muted", {}, label, ` (${t("too large to be kept")})`);
  return h("button.af-more", { type: "button", onclick: () => download(name, content) }, icon("export"), ` ${label}`);
}

function download(name, content) {
  const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  h("a", { href: address, download: visible(name.split("/").pop()) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
