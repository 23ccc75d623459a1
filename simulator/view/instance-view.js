/**
 * What a page and a component have in common in the view: `this` of a compiled render function. It holds the
 * data as the logic sent it and makes event handlers that report to the logic.
 */
import React from 'react';
import { applyOperation } from '../shared/data-path.js';
import { sendUp } from './bridge.js';
import { addTarget, removeTarget } from './targets.js';

/** Id of the page that a component is on. */
export const PageContext = React.createContext(0);

export class InstanceView extends React.Component {
  constructor(props, pageId, componentId, data) {
    super(props);
    this.pageId = pageId;
    this.componentId = componentId;
    this.state = { data };
    this.handlers = new Map();
    this.$isCustomComponent = true;
    addTarget(pageId, componentId, (operations, done) => {
      this.setState(({ data: before }) => ({ data: operations.reduce(applyOperation, before) }), done);
    });
  }

  componentWillUnmount() {
    removeTarget(this.pageId, this.componentId);
  }

  /** Called by compiled templates for `onTap="name"` on a built-in tag. */
  $getEventHandler(name) {
    if (typeof name !== 'string' || name === '') return undefined;
    if (!this.handlers.has(name)) {
      this.handlers.set(name, (event) => {
        sendUp({ t: 'event', pageId: this.pageId, componentId: this.componentId, handler: name, event });
      });
    }
    return this.handlers.get(name);
  }

  /** Called for `onX="name"` on a custom component: a function can't cross, its name can. */
  $getComponentEventHandler(name) {
    return typeof name === 'string' ? { $handler: name, owner: this.componentId } : undefined;
  }
}
