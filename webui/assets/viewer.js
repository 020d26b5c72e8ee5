// Draws a case's diagram and marks where it stands.
// <div id="diagram" data-xml="URL" data-state="URL"></div>; both answers come from our own pages.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const KINDS = ['completed', 'active', 'overdue', 'fired'];
const SIGNS = { completed: '✓', active: '●', overdue: '!', fired: '⚑' };
const PLACES = {
  completed: { top: -9, right: 9 },
  active: { top: -9, left: -9 },
  overdue: { bottom: 9, right: 9 },
  fired: { bottom: 4, right: 4 },
};

function sign(kind, note) {
  const mark = document.createElement('span');
  mark.className = `diagram-sign diagram-sign-${kind}`;
  mark.textContent = SIGNS[kind];
  if (note) mark.title = note;
  return mark;
}

function unmark(viewer, marked) {
  const canvas = viewer.get('canvas');
  for (const [id, kind] of marked) canvas.removeMarker(id, `is-${kind}`);
  viewer.get('overlays').remove({ type: 'jiancha' });
}

function mark(viewer, state) {
  const known = viewer.get('elementRegistry');
  const marked = [];
  for (const kind of KINDS) {
    for (const id of state[kind] ?? []) {
      if (!known.get(id)) continue;
      viewer.get('canvas').addMarker(id, `is-${kind}`);
      viewer.get('overlays').add(id, 'jiancha', { position: PLACES[kind], html: sign(kind, state.notes?.[id]) });
      marked.push([id, kind]);
    }
  }
  return marked;
}

async function read(url, type) {
  const answer = await fetch(url, { headers: { Accept: type }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer;
}

/** The whole drawing with a little air around it, so that nothing touches the frame. */
function fitWithMargin(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(0.94 * canvas.zoom(), 'auto');
}

async function show(place) {
  const viewer = new NavigatedViewer({ container: place });
  const xml = await (await read(place.dataset.xml, 'application/xml')).text();
  await viewer.importXML(xml);
  fitWithMargin(viewer.get('canvas'));
  let marked = [];
  async function refresh() {
    if (!place.dataset.state) return;
    const state = await (await read(place.dataset.state, 'application/json')).json();
    unmark(viewer, marked);
    marked = mark(viewer, state);
    place.dataset.ready = 'true';
  }
  await refresh();
  place.dataset.ready = 'true';
  return refresh;
}

function complain(place, error) {
  const text = document.createElement('p');
  text.className = 'diagram-error';
  text.setAttribute('role', 'alert');
  text.textContent = `${place.dataset.failed ?? '流程图无法显示 · The diagram cannot be shown'}: ${error.message}`;
  place.append(text);
}

const place = document.getElementById('diagram');
if (place) {
  const started = show(place);
  started.catch((error) => complain(place, error));
  window.jiancha = window.jiancha ?? {};
  // Resolves when the marks are drawn; a state that cannot be read leaves the last ones standing.
  window.jiancha.refreshDiagram = async () => (await started)();
}
