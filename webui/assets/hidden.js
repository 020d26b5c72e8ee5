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
  let conditions = []; // without an answer everything is asked, as without JavaScript
  try {
    conditions = await conditionsThatHold(form, signal);
  } catch (error) {
    if (!signal.aborted) console.warn(error);
  }
  if (!signal.aborted) hide(form, conditions);
}

export function watchForms() {
  for (const form of document.querySelectorAll('form[data-hidden-by]')) {
    form.addEventListener('change', () => ask(form));
    ask(form);
  }
}
