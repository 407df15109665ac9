// Whose history this is: a key that only this browser has. The server keeps a hash of it.

const PLACE = "agentflow.visitor";
let key = "";

/** The visitor's key, made at the first call. */
export function visitorKey() {
  if (key) return key;
  try { key = localStorage.getItem(PLACE) ?? ""; } catch { /* private browsing: the key lives as long as the page */ }
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(key)) key = randomName();
  try { localStorage.setItem(PLACE, key); } catch { /* as above */ }
  return key;
}

/** An unguessable name of 32 characters. */
export function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
