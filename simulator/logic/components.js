/**
 * Custom components: the view says when one appears, gets new props or goes; the logic runs its life cycle,
 * its methods and its callback props.
 */
import { post } from './channel.js';
import { giveData, jsonCopy } from './instance.js';
import { guard, log } from './log.js';
import { findPage } from './pages.js';

const registered = new Map();
const alive = new Map();

export function registerComponent(path, options) {
  const merged = { methods: {}, ...mergeMixins(options || {}) };
  registered.set(path, merged);
  post({ t: 'view', m: { t: 'component-data', path, json: JSON.stringify(initialData(merged)) } });
}

function mergeMixins(options) {
  const mixins = options.mixins || [];
  return mixins.reduceRight(
    (result, mixin) => ({
      ...mixin,
      ...result,
      data: { ...mixin.data, ...result.data },
      props: { ...mixin.props, ...result.props },
      methods: { ...mixin.methods, ...result.methods },
    }),
    options,
  );
}

function initialData(options) {
  return jsonCopy(typeof options.data === 'function' ? options.data() : options.data) || {};
}

/** Props as the component sees them: defaults below, callback props as functions. */
function readProps(options, json, pageId) {
  const props = { ...(options.props || {}) };
  const given = JSON.parse(json);
  for (const key of Object.keys(given)) {
    const value = given[key];
    props[key] = value && typeof value === 'object' && '$handler' in value ? callbackProp(value, pageId) : value;
  }
  return props;
}

function callbackProp({ $handler, owner }, pageId) {
  return (...args) => {
    const target = owner === null ? findPage(pageId) : alive.get(owner);
    if (!target || typeof target[$handler] !== 'function') {
      log('warning', `there is no method "${$handler}" for a component's callback`);
      return undefined;
    }
    return target[$handler](...args);
  };
}

export function mounted({ pageId, componentId, path, json }) {
  const options = registered.get(path.replace(/^\//, ''));
  if (!options) {
    log('error', `${path}.js has not called Component()`);
    return;
  }
  const component = { ...options.methods };
  component.$id = componentId;
  component.is = path;
  component.$page = findPage(pageId);
  component.$options = options;
  component.$identity = { pageId, componentId, label: path, gone: false };
  component.data = initialData(options);
  component.props = readProps(options, json, pageId);
  giveData(component, component.$identity, (before) => run(component, 'didUpdate', component.props, before));
  alive.set(componentId, component);
  run(component, 'onInit');
  run(component, 'deriveDataFromProps', component.props);
  component.$mounted = true;
  run(component, 'didMount');
}

export function gotProps({ componentId, json }) {
  const component = alive.get(componentId);
  if (!component) return;
  const next = readProps(component.$options, json, component.$identity.pageId);
  const beforeProps = component.props;
  const beforeData = component.data;
  component.$updating = true;
  run(component, 'deriveDataFromProps', next);
  component.$updating = false;
  component.props = next;
  run(component, 'didUpdate', beforeProps, beforeData);
}

export function unmounted({ componentId }) {
  const component = alive.get(componentId);
  if (!component) return;
  run(component, 'didUnmount');
  component.$identity.gone = true;
  alive.delete(componentId);
}

/** The components of a page that goes, go with it. */
export function removeComponentsOf(pageId) {
  for (const [componentId, component] of [...alive]) {
    if (component.$identity.pageId === pageId) unmounted({ componentId });
  }
}

/** An event of the view for a component's method. */
export function handleComponentEvent(componentId, handler, event) {
  const component = alive.get(componentId);
  if (!component) return;
  if (typeof component[handler] !== 'function') {
    log('warning', `${component.is} has no method "${handler}" for ${event.type}`);
    return;
  }
  guard(`${component.is} ${handler}`, () => component[handler](event));
}

function run(component, name, ...args) {
  const hook = component.$options[name];
  // While props are being taken over, setData leads to one didUpdate, not to one each.
  if (typeof hook !== 'function' || (name === 'didUpdate' && (!component.$mounted || component.$updating))) return;
  guard(`${component.is} ${name}`, () => hook.apply(component, args));
}
