/**
 * Events as the platform hands them to a page: type, target and currentTarget with their dataset, detail.
 */
import React from 'react';

/** Elements drawn by built-in components -> their id and dataset, with the types that the template gave. */
const drawn = new WeakMap();

/** Dataset of a component's props: `data-hello-world` -> helloWorld. */
function datasetOf(props) {
  const dataset = {};
  for (const key of Object.keys(props)) {
    if (key.startsWith('data-'))
      dataset[key.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())] = props[key];
  }
  return dataset;
}

/** Attributes that reach the DOM as they are; `aria-role` is the platform's name for `role`. */
export function passThrough(props) {
  const attributes = {};
  for (const key of Object.keys(props)) {
    const value = props[key];
    if (value === undefined || value === null) continue;
    if (key.startsWith('data-')) attributes[key] = typeof value === 'object' ? JSON.stringify(value) : String(value);
    else if (key === 'aria-role') attributes.role = String(value);
    else if (key.startsWith('aria-') || key === 'role' || key === 'id') attributes[key] = String(value);
  }
  if (props.hidden === true || props.hidden === 'true' || props.hidden === '') attributes.hidden = true;
  return attributes;
}

/** A ref that keeps what an element stands for. */
export function useDrawn(props) {
  const ref = React.useRef(null);
  React.useLayoutEffect(() => {
    if (ref.current)
      drawn.set(ref.current, { id: props.id === undefined ? '' : String(props.id), dataset: datasetOf(props) });
  });
  return ref;
}

function describe(element) {
  let at = element;
  while (at && !drawn.has(at)) at = at.parentElement;
  const known = at ? drawn.get(at) : { id: '', dataset: {} };
  return { id: known.id, dataset: known.dataset, offsetLeft: at ? at.offsetLeft : 0, offsetTop: at ? at.offsetTop : 0 };
}

/**
 * @param {string} type
 * @param {{nativeEvent?: any, target: any, currentTarget: any}} event a React event
 * @param {Record<string, any>} [detail]
 */
export function makeEvent(type, event, detail = {}) {
  return {
    type,
    timeStamp: Date.now(),
    target: describe(event.target),
    currentTarget: describe(event.currentTarget),
    detail,
  };
}

/** `onTap` bubbles, `catchTap` stops: both come from a click, so mouse, touch and keyboard work alike. */
export function tapProps(props, { disabled = false, focusable = true } = {}) {
  const { onTap, catchTap } = props;
  if (!onTap && !catchTap) return {};
  const onClick = (event) => {
    if (catchTap) event.stopPropagation();
    if (disabled) return;
    (catchTap || onTap)(makeEvent('tap', event, { x: event.clientX, y: event.clientY }));
  };
  if (!focusable || disabled) return { onClick };
  return {
    onClick,
    onKeyDown: pressByKey,
    tabIndex: props.tabindex === undefined ? 0 : Number(props.tabindex),
    role: props.role || props['aria-role'] || 'button',
  };
}

function pressByKey(event) {
  if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  event.currentTarget.click();
}

const TOUCHES = {
  onTouchStart: 'touchStart',
  onTouchMove: 'touchMove',
  onTouchEnd: 'touchEnd',
  onTouchCancel: 'touchCancel',
};

/** Touch events, from the browser's own. */
export function touchProps(props) {
  const result = {};
  for (const name of Object.keys(TOUCHES)) {
    const catching = props[name.replace(/^on/, 'catch')];
    const handler = catching || props[name];
    if (!handler) continue;
    result[name] = (event) => {
      if (catching) event.stopPropagation();
      const touches = [...event.touches].map(({ identifier, pageX, pageY, clientX, clientY }) => ({
        identifier,
        pageX,
        pageY,
        clientX,
        clientY,
      }));
      handler({ ...makeEvent(TOUCHES[name], event), touches });
    };
  }
  return result;
}

/** A class while the finger is down. */
export function useHover(hoverClass, { start = 50, stay = 400 } = {}) {
  const [hovering, setHovering] = React.useState(false);
  const timer = React.useRef(0);
  React.useEffect(() => () => clearTimeout(timer.current), []);
  if (!hoverClass || hoverClass === 'none') return { hovering: false, handlers: {} };
  const later = (value, delay) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setHovering(value), delay);
  };
  const release = () => later(false, stay);
  return {
    hovering,
    handlers: {
      onPointerDown: () => later(true, start),
      onPointerUp: release,
      onPointerLeave: release,
      onPointerCancel: release,
    },
  };
}

/** Joins class names, leaving out what is empty. */
export function classes(...names) {
  return names.filter(Boolean).join(' ');
}

/** AXML booleans: the text "false" is false. */
export function isOn(value) {
  return value !== undefined && value !== null && value !== false && value !== 'false';
}
