// Sends pictures of signed pages to where the code on them says. Each is sent by itself; what is not taken says why, and stays.
// A photograph is made smaller first: the code on the page is still read at 2,400 pixels, and a line in the hills is slow.
const WIDEST = 2400;

async function smaller(file) {
  if (!file.type.startsWith('image/') || typeof createImageBitmap !== 'function') return file;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, WIDEST / Math.max(image.width, image.height));
    if (scale === 1 && file.size < 1_500_000) return file;
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
    return blob ?? file;
  } catch {
    return file; // Whatever this browser cannot read the service may.
  }
}

function line(box, text, kind) {
  const paragraph = document.createElement('p');
  paragraph.className = `say ${kind}`;
  paragraph.textContent = text;
  box.append(paragraph);
  return paragraph;
}

for (const form of document.querySelectorAll('form.scan')) {
  const input = form.querySelector('input[type=file]');
  const box = form.querySelector('.said');
  const { sending, placed, refused, away, lang } = form.dataset;
  form.addEventListener('submit', (event) => event.preventDefault());
  input.addEventListener('change', async () => {
    for (const file of [...input.files]) {
      const said = line(box, `${file.name}: ${sending}`, '');
      try {
        const body = await smaller(file);
        const answer = await fetch(`/api/v1/scans?file_name=${encodeURIComponent(file.name.slice(0, 200))}`, {
          method: 'POST', body, headers: { 'Content-Type': body.type || 'application/pdf' },
        });
        if (answer.ok) {
          said.textContent = `${file.name}: ${placed}`;
          said.className = 'say good';
        } else {
          const problem = await answer.json().catch(() => ({}));
          const why = problem.errors?.[0]?.[lang === 'en' ? 'message_en' : 'message_vi'] ?? (lang === 'en' ? problem.detail_en : problem.detail) ?? answer.status;
          said.textContent = `${refused} ${file.name}. ${why}`;
          said.className = 'say alarm';
        }
      } catch {
        said.textContent = `${file.name}: ${away}`;
        said.className = 'say warn';
      }
    }
    input.value = '';
  });
}
