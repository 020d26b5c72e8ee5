// Loads the plug-in as the Modeler does, and says as JSON what it registered, and what its lint and its panel say.
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const folder = path.resolve(process.argv[2]);
const manifest = require(path.join(folder, 'index.js'));
const edits = [];
const window = {
  vendor: {
    propertiesPanel: {
      common: { Group: 'Group', ListGroup: 'ListGroup', TextFieldEntry: 'TextFieldEntry', isTextFieldEntryEdited() {} },
      preact: { jsxRuntime: { jsx: (component, props) => ({ component, props }) } }
    }
  }
};
vm.runInNewContext(fs.readFileSync(path.join(folder, manifest.script), 'utf8'), { window, Object, Boolean, Error });

function node(type, properties = {}, ...supers) {
  const made = { $type: type, ...properties };
  made.$instanceOf = (other) => other === type || supers.includes(other);
  return made;
}
const extended = (type, properties, ...inner) => node(type, { ...properties, extensionElements: { values: inner } });
const plugin = (type) => window.plugins.find((one) => one.type === type).plugin;

function lint(one) {
  const { config, resolver } = plugin('lintRules.bpmn');
  const said = [];
  for (const name of Object.keys(config.rules)) {
    const [pkg, rule] = name.split('/');
    resolver.resolveRule(`bpmnlint-plugin-${pkg}`, rule)().check(one, { report: (id, text) => said.push(`${rule} ${id} ${text}`) });
  }
  return said;
}

const rule = (kind, ...params) =>
  node('jc:Rule', { id: 'C.1', kind, basis: '法', params: params.map((name) => node('jc:Param', { name, text: '1' })) });
const checkpoint = (...rules) => extended('bpmn:BoundaryEvent', { id: 'b' }, node('jc:Checkpoint', { id: 'C', rules }));
const step = (role) => extended('bpmn:UserTask', { id: 'a' }, node('jc:Step', { role }));

const injector = {
  get: (name) =>
    ({
      debounceInput: (act) => act,
      modeling: {
        updateModdleProperties(element, target, properties) {
          edits.push([target.$type, Object.keys(properties)]);
          Object.assign(target, properties);
        }
      },
      bpmnFactory: { create: node }
    })[name]
};
let provider;
const Properties = plugin('bpmn.modeler.additionalModules').jianchaProperties[1];
new Properties({ registerProvider: (_, one) => (provider = one) }, injector);
const groups = (one) => provider.getGroups({ businessObject: one })([]);
const bare = node('bpmn:UserTask', { id: 'a' });
const role = groups(bare)[0].entries.find((one) => one.id === 'jc-Step-role');
role.component().props.setValue('clerk');
const watched = checkpoint(rule('time_limit', 'amount'));
const rules = groups(watched)[1];
rules.add();

console.log(
  JSON.stringify({
    name: manifest.name,
    types: window.plugins.map((one) => one.type),
    descriptor: plugin('bpmn.modeler.moddleExtension'),
    good: [...lint(step('clerk')), ...lint(checkpoint(rule('expression', 'must')))],
    bad: [
      ...lint(step('king')),
      ...lint(node('bpmn:ServiceTask', { id: 's' })),
      ...lint(node('bpmn:ScriptTask', { id: 'x' })),
      ...lint(checkpoint(rule('no_kind'))),
      ...lint(checkpoint(rule('expression', 'mst')))
    ],
    edits,
    made: bare.extensionElements.values.map((one) => [one.$type, one.role]),
    entries: rules.items[0].entries.map((one) => one.id),
    rules: watched.extensionElements.values[0].rules.map((one) => one.id)
  })
);
