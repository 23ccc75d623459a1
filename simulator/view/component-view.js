/**
 * Custom components in the view: the template drawn over props and data; the logic is told when one comes,
 * gets other props, or goes.
 */
import React from 'react';
import { sendUp } from './bridge.js';
import { InstanceView, PageContext } from './instance-view.js';

const renders = new Map();
const initialData = new Map();
const classes = new Map();
const OWN_PROPS = new Set(['children', 'slot', '$isCustomComponent', '__tag', '$scopedSlots', 'pageId', 'forward']);
let lastId = 0;

export function defineComponent(path, render) {
  renders.set(path, render);
}

/** The logic has run the component's module and knows its first data. */
export function setComponentData(path, data) {
  initialData.set(path, data);
}

function serialise(props) {
  const crossing = {};
  for (const key of Object.keys(props)) if (!OWN_PROPS.has(key)) crossing[key] = props[key];
  return JSON.stringify(crossing);
}

function slotsOf(children) {
  const slots = {};
  React.Children.forEach(children, (child) => {
    if (child === null || child === undefined || child === false) return;
    const name = (child.props && child.props.slot) || '$default';
    (slots[name] = slots[name] || []).push(child);
  });
  return slots;
}

/**
 * The React class of a component; compiled templates ask for it by path while they load.
 * @param {string} path `/components/card/card`
 */
export function getComponentClass(path) {
  if (!classes.has(path)) classes.set(path, makeClass(path));
  return classes.get(path);
}

function makeClass(path) {
  class ComponentView extends InstanceView {
    constructor(props) {
      lastId += 1;
      super(props, props.pageId, lastId, initialData.get(path) || {});
    }

    componentDidMount() {
      this.sent = serialise(this.props);
      sendUp({ t: 'mounted', pageId: this.pageId, componentId: this.componentId, path, json: this.sent });
    }

    componentDidUpdate() {
      const json = serialise(this.props);
      if (json === this.sent) return;
      this.sent = json;
      sendUp({ t: 'props', componentId: this.componentId, json });
    }

    componentWillUnmount() {
      super.componentWillUnmount();
      sendUp({ t: 'unmounted', componentId: this.componentId });
    }

    render() {
      const { children, $scopedSlots } = this.props;
      return renders
        .get(path)
        .call(this, { ...this.props, ...this.state.data, $slots: slotsOf(children), $scopedSlots });
    }
  }
  const OnPage = (props) =>
    React.createElement(PageContext.Consumer, null, (pageId) =>
      React.createElement(ComponentView, { ...props, pageId }),
    );
  OnPage.displayName = path;
  return OnPage;
}
