/**
 * A page in the view: its compiled template over its data.
 */
import React from 'react';
import { InstanceView, PageContext } from './instance-view.js';

export class PageView extends InstanceView {
  constructor(props) {
    super(props, props.pageId, null, props.initialData);
  }

  render() {
    const tree = this.props.renderTemplate.call(this, this.state.data);
    return React.createElement(PageContext.Provider, { value: this.props.pageId }, tree);
  }
}
