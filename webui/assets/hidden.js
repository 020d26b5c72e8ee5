// A form with data-hidden-by="url" asks there which conditions hold by what it is filled with so far. Parts with
// data-hide="condition" are shown or hidden by the answer, which replaces nothing: what is entered meanwhile stays.
let question = new AbortController();

function hide(form, conditions) {
  for (const part of form.querySelectorAll('fieldset[data-hide]')) {
    part.hidden = conditions.includes(part.dataset.hide);
    part.disabled = part.hidden; // what is hidden is not sent
  }
}

async function conditionsThatHold(form, signal) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.hiddenBy, { method: 'POST', body, signal });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  return answer.json();
}

// A newer question replaces the one under way, whose answer is dropped.
async function ask(form) {
  question.abort();
  question = new AbortController();
  const { signal } = question;
  // Without an answer everything is shown, as without JavaScript; the server judges what is sent in any case.
  const conditions = await conditionsThatHold(form, signal).catch(() => []);
  if (!signal.aborted) hide(form, conditions);
}

export function watchForms() {
  for (const form of document.querySelectorAll('form[data-hidden-by]')) {
    form.addEventListener('change', () => ask(form));
    ask(form);
  }
}
