// Sends files piece by piece (tus), so that a cut line loses nothing; opens what is folded before printing.
const form = document.getElementById("upload");
const PIECE = 1024 * 1024;

function encoded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

if (form) {
  form.hidden = false;
  const said = document.getElementById("upload-said");
  const chosen = document.getElementById("upload-file");
  const tus = { "Tus-Resumable": "1.0.0" };
  let at = null; // where the upload of the chosen file is, once it has begun
  const begun_anew = () => { at = null; said.textContent = ""; };
  for (const entry of form.querySelectorAll("input, select")) entry.addEventListener("change", begun_anew);

  const begin = async (file) => {
    const metadata = [["filename", file.name], ["filetype", file.type]];
    const item = document.getElementById("upload-item").value;
    const victim = document.getElementById("upload-victim").value;
    if (item) metadata.push(["item", item]);
    if (victim) metadata.push(["victim", victim]);
    const answer = await fetch(form.dataset.to, {
      method: "POST",
      headers: { ...tus, "Upload-Length": String(file.size), "Upload-Metadata": metadata.map(([name, text]) => `${name} ${encoded(text)}`).join(",") },
    });
    if (!answer.ok) throw await refused(answer);
    at = answer.headers.get("Location");
    return 0;
  };
  const refused = async (answer) => {
    const problem = await answer.json().catch(() => ({}));
    const is_english = document.documentElement.lang === "en";
    const fault = problem.errors?.[0];
    const why = is_english ? fault?.message_en ?? problem.detail_en : fault?.message_vi ?? problem.detail;
    return Object.assign(new Error(why ?? ""), { is_refusal: true });
  };

  form.addEventListener("submit", async (press) => {
    press.preventDefault();
    const file = chosen.files[0];
    if (!file) { chosen.focus(); return; }
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      let offset = 0;
      if (at) {
        const head = await fetch(at, { method: "HEAD", headers: tus });
        if (head.ok) offset = Number(head.headers.get("Upload-Offset"));
        else at = null;
      }
      if (!at) offset = await begin(file);
      while (offset < file.size) {
        said.textContent = form.dataset.runs.replace("{percent}", Math.floor((offset * 100) / file.size));
        const piece = file.slice(offset, offset + PIECE);
        if (offset + piece.size === file.size) said.textContent = form.dataset.checks;
        const answer = await fetch(at, {
          method: "PATCH", body: piece,
          headers: { ...tus, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
        });
        if (!answer.ok) throw await refused(answer);
        offset = Number(answer.headers.get("Upload-Offset"));
      }
      said.textContent = form.dataset.done;
      location.hash = "documents";
      location.reload();
    } catch (failed) {
      if (failed.is_refusal) at = null;
      said.textContent = failed.is_refusal ? `${form.dataset.refused} ${failed.message}` : form.dataset.broke;
    } finally {
      button.disabled = false;
    }
  });
}

let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
