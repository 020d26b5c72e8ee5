'use strict';

(function (window) {
  const DATA = /* data */ {};

  // -- reading and writing our elements ------------------------------------------------

  const is = (node, type) => Boolean(node && node.$instanceOf && node.$instanceOf(type));
  const business = (element) => element.businessObject || element;
  const values = (node) => (node.extensionElements && node.extensionElements.values) || [];
  const ours = (node, type) => values(node).filter((one) => is(one, `jc:${type}`));
  const TYPES = Object.fromEntries(DATA.descriptor.types.map((type) => [type.name, type]));
  const attributesOf = (type) => TYPES[type].properties.filter((one) => one.isAttr).map((one) => one.name);
  const placesOf = (type) => TYPES[type].meta.allowedIn;

  function processOf(node) {
    while (node && !is(node, 'bpmn:Process')) {
      node = node.$parent;
    }
    return node;
  }

  // -- lint ----------------------------------------------------------------------------

  const only = (types, check) => () => ({
    check(node, reporter) {
      if (types.some((type) => is(node, type))) {
        check(node, (message) => reporter.report(node.id, message));
      }
    }
  });

  function checkRule(rule, report) {
    const kind = DATA.kinds[rule.kind];
    if (!kind) {
      report(`规则 ${rule.id}：没有类型 ${rule.kind} · rule ${rule.id}: expected one of ${Object.keys(DATA.kinds).join(', ')}`);
      return;
    }
    const names = (rule.params || []).map((param) => param.name);
    for (const name of kind.required.filter((one) => !names.includes(one))) {
      report(`规则 ${rule.id}：缺少参数 ${name} · rule ${rule.id}: expected the parameter ${name}`);
    }
    for (const name of names.filter((one) => !kind.parameters.includes(one))) {
      report(`规则 ${rule.id}：没有参数 ${name} · rule ${rule.id}: found an unknown parameter ${name}`);
    }
    if (!rule.basis) {
      report(`规则 ${rule.id}：缺少依据 · rule ${rule.id}: expected its legal basis`);
    }
  }

  const RULES = {
    step: only(placesOf('Step'), (node, report) => {
      const step = ours(node, 'Step')[0];
      if (!step) {
        report('缺少办理角色（jc:step） · expected the role that may do this step');
      } else if (!DATA.roles.includes(step.role)) {
        report(`没有角色 ${step.role} · expected one of the roles ${DATA.roles.join(', ')}`);
      }
    }),
    handler: only(placesOf('Handler'), (node, report) => {
      if (!ours(node, 'Handler').length) {
        report('缺少处理程序（jc:handler） · expected a handler to call');
      }
    }),
    checkpoint: only(placesOf('Checkpoint'), (node, report) => {
      for (const one of ours(node, 'Checkpoint')) {
        (one.rules || []).forEach((rule) => checkRule(rule, report));
        const declared = one.ref && ours(processOf(node) || {}, 'Checkpoint').map((other) => other.id);
        if (one.ref && !declared.includes(one.ref)) {
          report(`没有监察点 ${one.ref} · expected a checkpoint ${one.ref} on the process, found none`);
        }
      }
    }),
    timer: only(['bpmn:BoundaryEvent'], (node, report) => {
      const timer = (node.eventDefinitions || []).find((one) => is(one, 'bpmn:TimerEventDefinition'));
      const says = timer && timer.timeDate && (timer.timeDate.body || '').trim() === 'checkpoint';
      if (says && !ours(node, 'Checkpoint').length) {
        report('定时事件写作 checkpoint，却没有监察点 · a timer that says checkpoint needs one');
      }
    }),
    script: only(['bpmn:ScriptTask'], (node, report) => {
      report('脚本任务不予执行 · script tasks are refused');
    })
  };

  const lint = {
    config: { rules: Object.fromEntries(Object.keys(RULES).map((name) => [`jiancha/${name}`, 'error'])) },
    resolver: {
      resolveRule(pkg, name) {
        if (!Object.hasOwn(RULES, name)) {
          throw new Error(`cannot resolve rule ${name} of ${pkg}`);
        }
        return RULES[name];
      },
      resolveConfig(pkg, name) {
        throw new Error(`cannot resolve configuration ${name} of ${pkg}`);
      }
    }
  };

  // -- properties ----------------------------------------------------------------------

  function Properties(propertiesPanel, injector) {
    this.getGroups = (element) => (groups) => [...groups, ...groupsOf(element, injector)];
    propertiesPanel.registerProvider(500, this);
  }
  Properties.$inject = ['propertiesPanel', 'injector'];

  function groupsOf(element, injector) {
    const node = business(element);
    const groups = [];
    for (const type of ['Process', 'Step', 'Handler']) {
      if (placesOf(type).some((place) => is(node, place))) {
        groups.push(simpleGroup(element, type, injector));
      }
    }
    if (placesOf('Checkpoint').some((place) => is(node, place))) {
      groups.push(checkpointsGroup(element, injector));
      for (const checkpoint of ours(node, 'Checkpoint').filter((one) => !one.ref)) {
        groups.push(rulesGroup(element, checkpoint, injector));
      }
    }
    return groups;
  }

  function simpleGroup(element, type, injector) {
    const { Group } = window.vendor.propertiesPanel.common;
    const entries = attributesOf(type).map((name) =>
      entry(element, injector, `jc-${type}-${name}`, name, {
        get: () => (ours(business(element), type)[0] || {})[name],
        set: (value) => change(element, ensure(element, type, injector), { [name]: value }, injector)
      })
    );
    return { id: `jc-${type}`, label: `监察 ${type}`, component: Group, entries };
  }

  function checkpointsGroup(element, injector) {
    const { ListGroup } = window.vendor.propertiesPanel.common;
    const found = ours(business(element), 'Checkpoint');
    return {
      id: 'jc-checkpoints',
      label: '监察点 Checkpoints',
      component: ListGroup,
      items: found.map((one, index) => ({
        id: `jc-checkpoint-${index}`,
        label: one.id || one.ref || '',
        entries: attributesOf('Checkpoint').map((name) => attribute(element, one, name, `jc-checkpoint-${index}`, injector)),
        remove: () => change(element, business(element).extensionElements, without(values(business(element)), one), injector)
      })),
      add: () => add(element, 'Checkpoint', injector)
    };
  }

  function rulesGroup(element, checkpoint, injector) {
    const { ListGroup } = window.vendor.propertiesPanel.common;
    const rules = checkpoint.rules || [];
    return {
      id: `jc-rules-${checkpoint.id}`,
      label: `规则 Rules ${checkpoint.id || ''}`,
      component: ListGroup,
      items: rules.map((rule, index) => ({
        id: `jc-rule-${checkpoint.id}-${index}`,
        label: rule.id || '',
        entries: ruleEntries(element, rule, `jc-rule-${checkpoint.id}-${index}`, injector),
        remove: () => change(element, checkpoint, { rules: rules.filter((one) => one !== rule) }, injector)
      })),
      add: () => {
        const rule = make('jc:Rule', { id: `${checkpoint.id}.${rules.length + 1}` }, checkpoint, injector);
        change(element, checkpoint, { rules: [...rules, rule] }, injector);
      }
    };
  }

  function ruleEntries(element, rule, id, injector) {
    const parameters = (DATA.kinds[rule.kind] || { parameters: [] }).parameters;
    return [
      ...attributesOf('Rule').map((name) => attribute(element, rule, name, id, injector)),
      ...parameters.map((name) => parameter(element, rule, name, id, injector))
    ];
  }

  function attribute(element, one, name, id, injector) {
    return entry(element, injector, `${id}-${name}`, name, {
      get: () => one[name],
      set: (value) => change(element, one, { [name]: value }, injector)
    });
  }

  function parameter(element, rule, name, id, injector) {
    const found = () => (rule.params || []).find((param) => param.name === name);
    return entry(element, injector, `${id}-param-${name}`, `${name} = (FEEL)`, {
      get: () => (found() || {}).text,
      set(value) {
        const others = (rule.params || []).filter((param) => param.name !== name);
        const params = value ? [...others, make('jc:Param', { name, text: value }, rule, injector)] : others;
        change(element, rule, { params }, injector);
      }
    });
  }

  function entry(element, injector, id, label, { get, set }) {
    const { TextFieldEntry, isTextFieldEntryEdited } = window.vendor.propertiesPanel.common;
    const { jsx } = window.vendor.propertiesPanel.preact.jsxRuntime;
    const component = () =>
      jsx(TextFieldEntry, {
        element,
        id,
        label,
        getValue: () => get() || '',
        setValue: (value) => set(value || undefined),
        debounce: injector.get('debounceInput')
      });
    return { id, component, isEdited: isTextFieldEntryEdited };
  }

  function change(element, moddleElement, properties, injector) {
    injector.get('modeling').updateModdleProperties(element, moddleElement, properties);
  }

  function make(type, properties, parent, injector) {
    const made = injector.get('bpmnFactory').create(type, properties);
    made.$parent = parent;
    return made;
  }

  const without = (list, one) => ({ values: list.filter((other) => other !== one) });

  function add(element, type, injector) {
    const node = business(element);
    if (!node.extensionElements) {
      change(element, node, { extensionElements: make('bpmn:ExtensionElements', { values: [] }, node, injector) }, injector);
    }
    const box = node.extensionElements;
    const made = make(`jc:${type}`, {}, box, injector);
    change(element, box, { values: [...(box.values || []), made] }, injector);
    return made;
  }

  const ensure = (element, type, injector) => ours(business(element), type)[0] || add(element, type, injector);

  // -- what the Modeler takes ----------------------------------------------------------

  const properties = { __init__: ['jianchaProperties'], jianchaProperties: ['type', Properties] };
  window.plugins = window.plugins || [];
  window.plugins.push(
    { plugin: DATA.descriptor, type: 'bpmn.modeler.moddleExtension' },
    { plugin: properties, type: 'bpmn.modeler.additionalModules' },
    { plugin: lint, type: 'lintRules.bpmn' },
    { plugin: lint, type: 'lintRules.cloud-bpmn' }
  );
})(window);
