/**
 * Built-in components that take input: button, input, textarea, checkbox, radio, switch, label, form.
 */
import React from 'react';
import { classes, isOn, makeEvent, passThrough, tapProps, useDrawn, useHover } from '../events.js';
import { parseStyle } from '../styles.js';

const h = React.createElement;

/** What a form or a group wants to know of the fields inside it. */
const FormContext = React.createContext(null);
const GroupContext = React.createContext(null);

export function Button(props) {
  const ref = useDrawn(props);
  const form = React.useContext(FormContext);
  const disabled = isOn(props.disabled);
  const { hovering, handlers } = useHover(disabled ? 'none' : props.hoverClass || 'a-button-hover', {
    start: 20,
    stay: 70,
  });
  const taps = tapProps(props, { disabled, focusable: false });
  const onClick = (event) => {
    if (taps.onClick) taps.onClick(event);
    if (form && !disabled && props.formType) form(props.formType, event);
  };
  const attributes = {
    ref,
    type: 'button',
    disabled,
    'aria-busy': isOn(props.loading) || undefined,
    ...passThrough(props),
    ...handlers,
    onClick,
    className: classes(
      'a-button',
      `a-button-${props.type || 'default'}`,
      props.size === 'mini' && 'a-button-mini',
      disabled && 'a-button-disabled',
      hovering && (props.hoverClass || 'a-button-hover'),
      props.className,
    ),
    style: parseStyle(props.style),
  };
  return h(
    'button',
    attributes,
    isOn(props.loading) ? h('span', { className: 'a-spinner', 'aria-hidden': true }) : null,
    props.children,
  );
}

function field(element, tag) {
  const Component = (props) => {
    const ref = useDrawn(props);
    const given = props.value === undefined || props.value === null ? '' : String(props.value);
    const [value, setValue] = React.useState(given);
    React.useEffect(() => setValue(given), [given]);
    const tell = (name, type, event) =>
      props[name] &&
      props[name](makeEvent(type, event, { value: event.target.value, cursor: event.target.selectionStart }));
    const attributes = {
      ref,
      ...passThrough(props),
      value,
      name: props.name,
      placeholder: props.placeholder,
      disabled: isOn(props.disabled),
      maxLength: Number(props.maxlength) > 0 ? Number(props.maxlength) : undefined,
      autoFocus: isOn(props.focus) || isOn(props.autoFocus),
      className: classes(`a-${tag}`, props.className),
      style: parseStyle(props.style),
      onChange: (event) => {
        setValue(event.target.value);
        tell('onInput', 'input', event);
      },
      onFocus: (event) => tell('onFocus', 'focus', event),
      onBlur: (event) => {
        tell('onBlur', 'blur', event);
        tell('onChange', 'change', event);
      },
      onClick: (event) => event.stopPropagation(),
    };
    if (element === 'input') {
      attributes.type = isOn(props.password) ? 'password' : 'text';
      attributes.inputMode = { number: 'numeric', digit: 'decimal', idcard: 'text' }[props.type];
      attributes.onKeyDown = (event) => {
        if (event.key === 'Enter') tell('onConfirm', 'confirm', event);
      };
    }
    return h(element, attributes);
  };
  Component.displayName = tag;
  return Component;
}

export const Input = field('input', 'input');
export const Textarea = field('textarea', 'textarea');

function toggle(tag, type) {
  const Component = (props) => {
    const ref = useDrawn(props);
    const group = React.useContext(GroupContext);
    const given = isOn(props.checked);
    const [checked, setChecked] = React.useState(given);
    React.useEffect(() => setChecked(given), [given]);
    const isRadio = type === 'radio';
    const shown = isRadio && group && group.chosen !== undefined ? group.chosen === props.value : checked;
    const onChange = (event) => {
      setChecked(event.target.checked);
      if (group) group.changed(props.value, event.target.checked, event);
      if (props.onChange) props.onChange(makeEvent('change', event, { value: event.target.checked }));
    };
    const attributes = {
      ref,
      ...passThrough(props),
      type,
      checked: shown,
      disabled: isOn(props.disabled),
      value: props.value,
      onChange,
      role: tag === 'switch' ? 'switch' : undefined,
      className: classes(`a-${tag}`, props.className),
      style: { ...(props.color ? { accentColor: props.color, '--on': props.color } : {}), ...parseStyle(props.style) },
      onClick: (event) => event.stopPropagation(),
    };
    return h('input', attributes);
  };
  Component.displayName = tag;
  return Component;
}

export const Checkbox = toggle('checkbox', 'checkbox');
export const Radio = toggle('radio', 'radio');
export const Switch = toggle('switch', 'checkbox');

export function CheckboxGroup(props) {
  const ref = useDrawn(props);
  const changed = (value, on, event) => {
    const values = [...ref.current.querySelectorAll('input[type=checkbox]')]
      .filter((box) => (box === event.target ? on : box.checked))
      .map((box) => box.value);
    if (props.onChange)
      props.onChange(makeEvent('change', { target: event.target, currentTarget: ref.current }, { value: values }));
  };
  const children = h(GroupContext.Provider, { value: { changed } }, props.children);
  return h(
    'div',
    {
      ref,
      role: 'group',
      ...passThrough(props),
      className: classes('a-checkbox-group', props.className),
      style: parseStyle(props.style),
    },
    children,
  );
}

export function RadioGroup(props) {
  const ref = useDrawn(props);
  const [chosen, setChosen] = React.useState(undefined);
  const changed = (value, on, event) => {
    setChosen(value);
    if (props.onChange)
      props.onChange(makeEvent('change', { target: event.target, currentTarget: ref.current }, { value }));
  };
  const children = h(GroupContext.Provider, { value: { chosen, changed } }, props.children);
  return h(
    'div',
    {
      ref,
      role: 'radiogroup',
      ...passThrough(props),
      className: classes('a-radio-group', props.className),
      style: parseStyle(props.style),
    },
    children,
  );
}

export function Label(props) {
  const ref = useDrawn(props);
  return h(
    'label',
    {
      ref,
      ...passThrough(props),
      htmlFor: props.for,
      className: classes('a-label', props.className),
      style: parseStyle(props.style),
    },
    props.children,
  );
}

export function Form(props) {
  const ref = useDrawn(props);
  const act = (type, event) => {
    const name = type === 'reset' ? 'onReset' : 'onSubmit';
    if (!props[name]) return;
    const value = {};
    for (const input of ref.current.querySelectorAll('[name]'))
      value[input.name] = input.type === 'checkbox' ? input.checked : input.value;
    props[name](makeEvent(type, { target: event.target, currentTarget: ref.current }, { value }));
  };
  const children = h(FormContext.Provider, { value: act }, props.children);
  return h(
    'div',
    {
      ref,
      role: 'form',
      ...passThrough(props),
      className: classes('a-form', props.className),
      style: parseStyle(props.style),
    },
    children,
  );
}
