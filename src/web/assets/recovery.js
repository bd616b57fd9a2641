// Safe keeping of a draft by the service: sealed here, under a key and an address that both follow from a recovery code.
// The service sees neither the code nor what was typed.

const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const utf8 = (text) => new TextEncoder().encode(text);

// Twenty signs, a hundred bits: nobody guesses one.
export function newCode() {
  const signs = [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => SIGNS[byte % 32]).join('');
  return signs.match(/.{4}/g).join('-');
}

// The code as somebody typed it, however they read it out; nothing where it cannot be one.
export function read(typed) {
  const signs = typed.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1').replace(/[\s-]/g, '');
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(signs) ? signs.match(/.{4}/g).join('-') : null;
}

async function follows(code) {
  const base = await crypto.subtle.importKey('raw', utf8(code), 'HKDF', false, ['deriveBits', 'deriveKey']);
  const of = (what) => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(`tnld draft ${what}`) });
  const bits = await crypto.subtle.deriveBits(of('address'), base, 256);
  const address = [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const key = await crypto.subtle.deriveKey(of('key'), base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return { key, url: `/drafts/kept/${address}` };
}

export async function put(code, draft) {
  const { key, url } = await follows(code), iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8(JSON.stringify(draft))));
  const body = btoa(String.fromCharCode(...iv, ...sealed)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const answer = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout?.(30_000) });
  if (!answer.ok) throw new Error(String(answer.status));
}

// The draft of a code; nothing where none is kept.
export async function get(code) {
  const { key, url } = await follows(code), answer = await fetch(url, { cache: 'no-store' });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  const bytes = Uint8Array.from(atob((await answer.text()).replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, key, bytes.slice(12));
  return JSON.parse(new TextDecoder().decode(opened));
}

export async function forget(code) {
  await fetch((await follows(code)).url, { method: 'DELETE', keepalive: true });
}
