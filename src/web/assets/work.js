// Looks for a text whose SHA-256 behind the salt begins with so many zero bits (FIPS 180-4). Runs beside the page.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const K = primes.map((p) => fraction(Math.cbrt(p)));
const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const w = new Int32Array(64);

function block(state, bytes, from) {
  for (let i = 0; i < 16; i++) {
    const at = from + 4 * i;
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((x, i) => (state[i] = (state[i] + x) | 0));
}

onmessage = ({ data: { salt, bits } }) => {
  const head = new TextEncoder().encode(salt);
  for (let n = 0; ; n++) {
    const tail = String(n), length = head.length + tail.length;
    const bytes = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
    bytes.set(head);
    for (let i = 0; i < tail.length; i++) bytes[head.length + i] = tail.charCodeAt(i);
    bytes[length] = 0x80;
    new DataView(bytes.buffer).setUint32(bytes.length - 4, length * 8);
    const state = START.slice();
    for (let from = 0; from < bytes.length; from += 64) block(state, bytes, from);
    if (Math.clz32(state[0]) >= bits) return postMessage(tail);
  }
};
