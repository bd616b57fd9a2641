// "I am here": what the telephone says of where it is, as words among the others. It is asked when somebody presses, without a line
// as well, and its answer is sent nowhere but in the notice. Which commune that is nobody here knows: it is chosen as ever.

export function write(button, detail) {
  const t = button.dataset, said = document.querySelector('#here-said');
  if (button.hasAttribute('aria-disabled')) return;
  // One position stands there, the latest.
  const earlier = new RegExp(`(; )?${t.text.replace(/[()]/g, '\\$&').replace(/\{\w+\}/g, '-?[\\d.]+')}`);
  const done = (text) => { said.textContent = text; button.removeAttribute('aria-disabled'); };
  button.setAttribute('aria-disabled', 'true');
  said.textContent = t.asking;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const place = t.text.replace('{lat}', coords.latitude.toFixed(5)).replace('{lon}', coords.longitude.toFixed(5)).replace('{m}', Math.ceil(coords.accuracy));
    const text = [detail.value.replace(earlier, '').trim(), place].filter(Boolean).join('; ');
    if (detail.maxLength > 0 && text.length > detail.maxLength) return done(t.full);
    detail.value = text;
    detail.dispatchEvent(new Event('input', { bubbles: true }));
    done(t.done);
  }, () => done(t.failed), { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 });
}
