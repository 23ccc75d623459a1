/**
 * Built-in components that show content: view, text, image, icon, progress, navigator and their cover twins.
 */
import React from 'react';
import { sendUp, tell } from '../bridge.js';
import { classes, makeEvent, passThrough, tapProps, touchProps, useDrawn, useHover } from '../events.js';
import { parseStyle } from '../styles.js';

const h = React.createElement;

function box(tag, element) {
  const Component = (props) => {
    const ref = useDrawn(props);
    const { hovering, handlers } = useHover(props.hoverClass, {
      start: props.hoverStartTime,
      stay: props.hoverStayTime,
    });
    const attributes = {
      ref,
      ...passThrough(props),
      ...touchProps(props),
      ...handlers,
      ...tapProps(props),
      className: classes(`a-${tag}`, props.className, hovering && props.hoverClass),
      style: parseStyle(props.style),
    };
    return h(element, attributes, props.children);
  };
  Component.displayName = tag;
  return Component;
}

export const View = box('view', 'div');
export const Text = box('text', 'span');
export const CoverView = box('cover-view', 'div');

const FITS = {
  scaleToFill: ['fill', 'center'],
  aspectFit: ['contain', 'center'],
  aspectFill: ['cover', 'center'],
  top: ['none', 'top'],
  bottom: ['none', 'bottom'],
  center: ['none', 'center'],
  left: ['none', 'left'],
  right: ['none', 'right'],
  'top left': ['none', 'left top'],
  'top right': ['none', 'right top'],
  'bottom left': ['none', 'left bottom'],
  'bottom right': ['none', 'right bottom'],
};

/** Package paths come from the simulator; addresses stay as they are. */
function sourceOf(src) {
  if (typeof src !== 'string' || src === '') return undefined;
  return /^(https?:|data:)/.test(src) ? src : `/_platform/package/${src.replace(/^(\.?\/)+/, '')}`;
}

export function Image(props) {
  const ref = useDrawn(props);
  const { mode = 'scaleToFill', onLoad, onError } = props;
  const [fit, position] = FITS[mode] || FITS.scaleToFill;
  const src = sourceOf(props.src);
  const attributes = {
    ref,
    ...passThrough(props),
    ...tapProps(props),
    src,
    alt: props['aria-label'] || props.alt || '',
    loading: props.lazyLoad !== undefined && props.lazyLoad !== false ? 'lazy' : undefined,
    draggable: false,
    className: classes(
      'a-image',
      (mode === 'widthFix' || mode === 'heightFix') && `a-image-${mode}`,
      !src && 'a-image-empty',
      props.className,
    ),
    style: { objectFit: fit, objectPosition: position, ...parseStyle(props.style) },
    onLoad:
      onLoad &&
      ((event) =>
        onLoad(makeEvent('load', event, { width: event.target.naturalWidth, height: event.target.naturalHeight }))),
    onError: (event) => {
      tell('warning', `The image ${props.src} could not be loaded`);
      if (onError) onError(makeEvent('error', event, { errMsg: `could not load ${props.src}` }));
    },
  };
  return h('img', attributes);
}

export const CoverImage = Image;

const ICONS = {
  success: '✓',
  success_no_circle: '✓',
  info: 'i',
  warn: '!',
  waiting: '…',
  clear: '×',
  cancel: '×',
  download: '↓',
  search: '⌕',
};

export function Icon(props) {
  const ref = useDrawn(props);
  const { type = 'info', size = 23, color } = props;
  const style = {
    width: `${size}px`,
    height: `${size}px`,
    fontSize: `${size * 0.62}px`,
    ...(color ? { '--icon': color } : {}),
    ...parseStyle(props.style),
  };
  const attributes = {
    ref,
    'aria-hidden': true,
    ...passThrough(props),
    ...tapProps(props),
    className: classes('a-icon', `a-icon-${type}`, props.className),
    style,
  };
  return h('span', attributes, ICONS[type] || ICONS.info);
}

export function Progress(props) {
  const ref = useDrawn(props);
  const percent = Math.max(0, Math.min(100, Number(props.percent) || 0));
  const attributes = {
    ref,
    role: 'progressbar',
    'aria-valuenow': percent,
    ...passThrough(props),
    className: classes('a-progress', props.className),
    style: parseStyle(props.style),
  };
  const bar = {
    className: 'a-progress-bar',
    style: {
      width: `${percent}%`,
      background: props.activeColor,
      height: props.strokeWidth ? `${props.strokeWidth}px` : undefined,
    },
  };
  return h('div', attributes, h('div', bar));
}

const ACTIONS = {
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  switchTab: 'switchTab',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
};

export function Navigator(props) {
  const ref = useDrawn(props);
  const open = () =>
    sendUp({
      t: 'navigator',
      action: ACTIONS[props.openType || 'navigate'] || 'navigateTo',
      options: { url: props.url, delta: props.delta },
    });
  return h(
    'div',
    {
      ref,
      ...passThrough(props),
      ...tapProps({ ...props, onTap: open }),
      role: 'link',
      className: classes('a-navigator', props.className),
      style: parseStyle(props.style),
    },
    props.children,
  );
}
